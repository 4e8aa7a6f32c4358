// What the lab records: everything that can be seen from outside, with the time in microseconds since the epoch.

interface Seen {
  /** Microseconds since the epoch. */
  readonly at: number
}

export interface AdvertEvent extends Seen {
  readonly kind: 'advert'
  /** Name of the lab node with the frame's source MAC, or the MAC itself. */
  readonly from: string
  readonly source: string
  readonly destination: string
  readonly ttl: number
  readonly version: number
  readonly vrid: number
  readonly priority: number
  /** v2: whole seconds; v3: centiseconds. As on the wire. */
  readonly interval: number
  readonly authType: number
  readonly authData: string
  readonly addresses: readonly string[]
  readonly checksumGood: boolean
}

export interface AnnounceEvent extends Seen {
  readonly kind: 'garp' | 'na'
  readonly from: string
  readonly address: string
  /** The MAC that is announced. */
  readonly mac: string
}

export interface LogEvent extends Seen {
  readonly kind: 'log'
  readonly from: string
  readonly line: string
}

export interface AddressEvent extends Seen {
  readonly kind: 'address'
  readonly from: string
  readonly present: boolean
  /** With prefix: 10.77.0.100/24. */
  readonly address: string
}

export interface AnswerEvent extends Seen {
  readonly kind: 'answer'
  readonly from: 'client'
  /** Who answered; null: nobody in time. */
  readonly by: string | null
  /** When the request left, microseconds since the epoch. */
  readonly sentAt: number
}

export interface MailEvent extends Seen {
  readonly kind: 'mail'
  /** The node whose mail server took it. */
  readonly from: string
  readonly subject: string
  readonly recipients: readonly string[]
}

export type WireEvent = AdvertEvent | AnnounceEvent
export type LabEvent = WireEvent | LogEvent | AddressEvent | AnswerEvent | MailEvent

/** One line for people. */
export function describeEvent(event: LabEvent): string {
  switch (event.kind) {
    case 'advert':
      return `${event.from}: advert v${event.version} vrid ${event.vrid} priority ${event.priority} interval ${event.interval} ${event.addresses.join(',')}${event.checksumGood ? '' : ' BAD CHECKSUM'}`
    case 'garp':
    case 'na':
      return `${event.from}: ${event.kind} ${event.address} is at ${event.mac}`
    case 'log':
      return `${event.from}: | ${event.line}`
    case 'address':
      return `${event.from}: address ${event.present ? '+' : '-'}${event.address}`
    case 'mail':
      return `${event.from}: mail to ${event.recipients.join(', ')}: ${event.subject}`
    case 'answer':
      return `client: ${event.by === null ? 'no answer' : `answer of ${event.by}`}`
  }
}
