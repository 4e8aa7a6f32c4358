// The complaints about adverts that are logged.

import type { EventName } from '../../../lib/log-events.ts'

/** Classes of complaints; each is logged once per instance until an occasion clears it. The names are log events. */
export type LogFlag = Extract<
  EventName,
  | 'advert-length-wrong'
  | 'advert-ttl-wrong'
  | 'advert-peer-ttl-wrong'
  | 'advert-source-unknown'
  | 'advert-version-wrong'
  | 'advert-auth-type-unknown'
  | 'advert-auth-type-mismatch'
  | 'advert-password-wrong'
  | 'advert-ah-wrong'
  | 'advert-interval-rejected'
  | 'advert-interval-differs'
  | 'advert-type-wrong'
  | 'advert-checksum-wrong'
  | 'advert-destination-wrong'
  | 'advert-ignored-by-owner'
  | 'advert-address-count-differs'
  | 'advert-address-missing'
  | 'advert-lower-priority'
  | 'advert-same-source'
  | 'advert-other-owner'
>
