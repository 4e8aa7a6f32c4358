// Which virtual router a frame speaks of, found without believing anything else in it. The checks are core/receive.ts's.

import type { ReceivedFrame } from './core/event.ts'

const PROTOCOL_AH = 51
const AH_LENGTH = 24

/** The VRID, or undefined when the frame is too short to have one. */
export function vridOf(frame: ReceivedFrame): number | undefined {
  const { bytes } = frame
  if (frame.family === 6) return bytes[1]
  if (bytes.length < 20) return undefined
  const headerLength = (bytes[0]! & 15) * 4
  return bytes[headerLength + (bytes[9] === PROTOCOL_AH ? AH_LENGTH : 0) + 1]
}
