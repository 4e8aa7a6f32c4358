// A configuration of 10,000 real servers on 100,000 lines, for measuring.

export const realServerCount = 10_000
const perService = 100

/** 100 virtual servers with 100 real servers each. */
export function largeConfig(): string {
  return Array.from({ length: realServerCount / perService }, (_, service) => virtualServer(service)).join('')
}

function virtualServer(service: number): string {
  const servers = Array.from({ length: perService }, (_, i) => realServer(service * perService + i))
  return `virtual_server 192.0.2.${service + 1} 80 {
    lb_algo rr
    lb_kind NAT
    protocol TCP
${servers.join('')}}
`
}

function realServer(i: number): string {
  return `    real_server 10.0.${i >> 8}.${i & 255} 80 {
        weight 10
        inhibit_on_failure
        TCP_CHECK {
            connect_port 80
            connect_timeout 3
            retry 2
            delay_before_retry 1
        }
    }
`
}
