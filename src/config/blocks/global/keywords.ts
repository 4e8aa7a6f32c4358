// The global_defs block: all of its keywords, which may stand in any number of blocks.

import { globalMail, globalScripts } from './notify-keywords.ts'
import { globalBuffers, globalFiles, globalProcesses, globalSnmp } from './process-keywords.ts'
import { globalLvs, globalVrrp } from './vrrp-keywords.ts'

/** Everything that may stand in global_defs. */
export const globalDefs = {
  ...globalMail,
  ...globalScripts,
  ...globalVrrp,
  ...globalLvs,
  ...globalProcesses,
  ...globalBuffers,
  ...globalFiles,
  ...globalSnmp,
}
