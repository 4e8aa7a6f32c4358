// The configuration as it is after a manager changed something. Pure.

import type { Config } from '../../../config/model.ts'
import type { Change } from './change.ts'

export function changedConfig(config: Config, change: Change): Config {
  switch (change.type) {
    case 'priority':
      return withInstance(config, change.instance, { priority: change.value })
    case 'preempt':
      return withInstance(config, change.instance, { preempt: change.value })
    case 'weight': {
      const { lvs } = config
      if (lvs === undefined) return config
      const virtualServers = lvs.virtualServers.map(virtual => {
        if (virtual.id !== change.virtualServer) return virtual
        const realServers = virtual.realServers.map(real =>
          real.id === change.realServer ? { ...real, weight: change.value } : real,
        )
        return { ...virtual, realServers }
      })
      return { ...config, lvs: { ...lvs, virtualServers } }
    }
  }
}

function withInstance(
  config: Config,
  name: string,
  fields: Partial<Pick<Config['instances'][number], 'priority' | 'preempt'>>,
): Config {
  const instances = config.instances.map(instance => (instance.name === name ? { ...instance, ...fields } : instance))
  return { ...config, instances }
}
