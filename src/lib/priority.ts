// Arithmetic of VRRP priorities, for the vrrp worker and for advice on configurations alike: what a tracker adds, the range,
// and which trackers count inside a sync group. keepalived.conf(5), track_script, track_interface, vrrp_sync_group.

/** RFC 9568 section 5.2.4: the router that owns the addresses. Trackers never change it. */
export const ownerPriority = 255

const trackedMin = 1
const trackedMax = 254

/** Positive weights count while the object is up, negative ones while it is down; reverse turns the sign around. */
export function contribution(weight: number, reverse: boolean, up: boolean): number {
  const applies = weight > 0 ? up : !up
  if (weight === 0 || !applies) return 0
  return reverse ? -weight : weight
}

/** Brings the sum of priority and contributions into the range of those that are no owner, 1..254. */
export function limitPriority(total: number): number {
  return Math.min(trackedMax, Math.max(trackedMin, total))
}

interface GroupTracking {
  /** sync_group_tracking_weight: weights of members count. */
  readonly trackingWeight: boolean
  /** A member is the address owner: weights of the group do not count. */
  readonly ownerInside: boolean
}

/** Trackers of a member of a sync group: its own as far as they count, and those of the group. */
export function countedTrackers<T extends { readonly weight: number }>(
  own: readonly T[],
  ofGroup: readonly T[],
  { trackingWeight, ownerInside }: GroupTracking,
): T[] {
  const counted = own.filter(tracker => tracker.weight === 0 || trackingWeight)
  return [...counted, ...(ownerInside ? ofGroup.map(tracker => ({ ...tracker, weight: 0 })) : ofGroup)]
}
