// Which events become SNMP notifications: changes of instances and sync groups, of real servers and quorums, when
// enable_traps asks for them and the part of the MIB they belong to is served. What is in them is core/trap.ts.

import type { SnmpSettings } from '../../config/blocks/global/model.ts'
import type { ServerState } from '../../workers/ipvs/core/server-state.ts'
import type { NotifyState } from '../../workers/vrrp/core/effect.ts'
import type { Notification } from '../notify/notifier.ts'
import type { ReadModel } from './core/read-model.ts'
import { groupTrap, instanceTrap, newMasterV2, newMasterV3, quorumTrap, realServerTrap } from './core/trap.ts'
import type { Varbind } from './core/value.ts'
import { mibStates } from './core/vrrp-state.ts'

interface TrapPorts {
  send(varbinds: readonly Varbind[]): void
  model(): ReadModel
}

/** States that are told; the others only say that something happened. */
const numbers: Partial<Record<NotifyState, number>> = {
  MASTER: mibStates.master,
  BACKUP: mibStates.backup,
  FAULT: mibStates.fault,
  STOP: mibStates.shutdown,
  DELETED: mibStates.deleted,
}

export class TrapSender {
  readonly #settings: SnmpSettings
  readonly #ports: TrapPorts
  /** An effect may be applied twice. */
  readonly #told = new Map<string, NotifyState>()

  constructor(settings: SnmpSettings, ports: TrapPorts) {
    this.#settings = settings
    this.#ports = ports
  }

  told({ kind, name, state }: Notification): void {
    const number = numbers[state]
    const key = `${kind} ${name}`
    if (!this.#settings.traps || number === undefined || this.#told.get(key) === state) return
    this.#told.set(key, state)
    const model = this.#ports.model()
    if (kind === 'GROUP') {
      if (this.#settings.vrrp) this.#ports.send(groupTrap(name, number, model.global.routerId))
      return
    }
    const instance = model.instances.find(({ params }) => params.name === name)
    if (instance === undefined) return
    const { params } = instance
    if (this.#settings.vrrp) this.#ports.send(instanceTrap(params, number, model.global.routerId))
    if (state !== 'MASTER') return
    if (this.#settings.rfcV2 && params.version === 2) this.#ports.send(newMasterV2(model, instance))
    if (this.#settings.rfcV3) this.#ports.send(newMasterV3(model, instance))
  }

  serverStepped(id: string, before: ServerState | undefined, after: ServerState): void {
    if (!this.#settings.traps || !this.#settings.checker) return
    const changed = Object.entries(after.real).filter(([real, { failed }]) => {
      const was = before?.real[real]
      return was !== undefined && (was.failed.length === 0) !== (failed.length === 0)
    })
    const quorumChanged = before !== undefined && before.quorumUp !== after.quorumUp
    if (changed.length === 0 && !quorumChanged) return
    const model = this.#ports.model()
    const virtual = model.lvs?.virtualServers.find(server => server.id === id)
    if (virtual === undefined) return
    for (const [realId, { failed }] of changed) {
      const real = virtual.realServers.find(server => server.id === realId)
      if (real !== undefined) this.#ports.send(realServerTrap(model, virtual, real, failed.length === 0))
    }
    if (quorumChanged) this.#ports.send(quorumTrap(model, virtual, after.quorumUp))
  }
}
