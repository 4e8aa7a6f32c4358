// keepalived_check.data: virtual servers, real servers and checkers as they are, in the layout that keepalived's
// checker process writes on SIGUSR1; lines of our own (`Last verdict`, `Last reason`) come last in their block. Pure.
// Not the file (dump-file.ts).

import type { Checker, HttpChecker, Target } from '../../config/blocks/checker/model.ts'
import type { Forwarding } from '../../config/blocks/server/model.ts'
import { usPerSecond } from '../../lib/time.ts'
import type { CheckerView, RealServerView, VirtualServerView } from '../lvs/server-view.ts'

export function checkDataText(views: readonly VirtualServerView[]): string {
  return lines([
    '------< LVS Topology >------',
    ...views.flatMap(virtualLines),
    '------< Health checkers >------',
    ...views.flatMap(view =>
      view.realServers.flatMap(real => real.checkers.flatMap(checker => checkerLines(view, real, checker))),
    ),
  ])
}

function virtualLines(view: VirtualServerView): readonly string[] {
  const { params } = view
  const { sorry } = params
  return [
    ' ------< Virtual server >------',
    ...params.services.map(service =>
      service.kind === 'fwmark'
        ? ` VS FWMARK = ${service.mark}`
        : ` VS VIP = ${service.address}, VPORT = ${service.port}`,
    ),
    `   Address family = ${params.services[0]?.family === 6 ? 'inet6' : 'inet'}`,
    `   lvs_sched = ${params.scheduler}`,
    ...(params.protocol === undefined ? [] : [`   protocol = ${params.protocol}`]),
    `   omega is ${onOff(params.omega)}`,
    `   quorum = ${params.quorum}, hysteresis = ${params.hysteresis}`,
    ...scriptLines('   Quorum up notify script', params.quorumUp?.text),
    ...scriptLines('   Quorum down notify script', params.quorumDown?.text),
    ...(params.haSuspend ? ['   Using HA suspend'] : []),
    `   Using smtp notification = ${yesNo(params.smtpAlert)}`,
    ...(sorry === undefined
      ? []
      : [
          `   sorry server = [${sorry.address}]:${sorry.port}`,
          `     forwarding method = ${forwardingText(sorry.forwarding)}`,
          `     Inhibit on failure is ${onOff(sorry.inhibit)}`,
          `     Active = ${yesNo(view.sorryActive)}`,
        ]),
    `   alive = ${view.realServers.some(real => real.alive) || view.sorryActive ? 1 : 0}`,
    `   alive weight = ${view.aliveWeight}`,
    `   quorum_state_up = ${view.quorumUp ? 1 : 0}`,
    ...view.realServers.flatMap(realLines),
  ]
}

function realLines({ params, alive, failedCheckers, weight, inTable }: RealServerView): readonly string[] {
  return [
    '   ------< Real server >------',
    `   RIP = ${params.address}, RPORT = ${params.port}, WEIGHT = ${params.weight} EFF WEIGHT = ${weight}`,
    `   forwarding method = ${forwardingText(params.forwarding)}`,
    `   connection limit range = ${params.lowerThreshold} -> ${params.upperThreshold}`,
    `   Inhibit on failure is ${onOff(params.inhibitOnFailure)}`,
    ...scriptLines('     RS up notify script', params.notifyUp?.text),
    ...scriptLines('     RS down notify script', params.notifyDown?.text),
    `   Using smtp notification = ${yesNo(params.smtpAlert)}`,
    `   initial weight = ${params.weight}`,
    `   effective weight = ${weight}`,
    `   alive = ${alive ? 1 : 0}`,
    `   num failed checkers = ${failedCheckers}`,
    `   RS set = ${inTable ? 1 : 0}`,
  ]
}

function checkerLines(view: VirtualServerView, real: RealServerView, checker: CheckerView): readonly string[] {
  const { params, enabled, state, remark } = checker
  return [
    ` ${view.params.name} -> ${real.params.id}`,
    `   Enabled = ${yesNo(enabled)}`,
    `   Up = ${yesNo(state?.up ?? !params.alpha)}`,
    `   Has run = ${yesNo(state?.hasRun ?? false)}`,
    `   Current weight = ${state?.weight ?? 0}`,
    `   Alpha = ${yesNo(params.alpha)}`,
    `   Delay loop = ${params.delayLoopUs} us`,
    `   Warmup = ${params.warmupUs} us`,
    `   Retries = ${params.retry}`,
    ...(params.retry === 0
      ? []
      : [`   Delay before retry = ${params.delayBeforeRetryUs} us`, `   Retries iterations = ${state?.failures ?? 0}`]),
    `   Log all failures = ${yesNo(params.logAllFailures)}`,
    ...('target' in params ? connectionLines(params.target) : []),
    ...ownLines(params),
    ...(state === undefined || state.failedUrl === null || !('urls' in params)
      ? []
      : [`   Failed URL = ${params.urls[state.failedUrl]?.path ?? '?'}`]),
    ...(remark === undefined
      ? []
      : [`   Last verdict = ${new Date(remark.at).toISOString()}`, `   Last reason = ${remark.text}`]),
  ]
}

function connectionLines(target: Target): readonly string[] {
  return [
    '   Connection',
    `     Dest = [${target.address}]:${target.port}`,
    ...(target.bindAddress === undefined ? [] : [`     Bind to = [${target.bindAddress}]:${target.bindPort ?? 0}`]),
    ...(target.bindInterface === undefined ? [] : [`     Bind i/f = ${target.bindInterface}`]),
    ...(target.fwmark === 0 ? [] : [`     Mark = ${target.fwmark}`]),
    `     Timeout = ${secondsText(target.connectTimeoutUs)}`,
  ]
}

/** What only this kind of checker has. */
function ownLines(checker: Checker): readonly string[] {
  const method = `   Keepalive method = ${checker.type}`
  switch (checker.type) {
    case 'HTTP_GET':
    case 'SSL_GET':
      return [`${method}, http protocol ${checker.protocol}`, ...checker.urls.flatMap(urlLines)]
    case 'SMTP_CHECK':
      return [method, `   helo = ${checker.heloName}`]
    case 'DNS_CHECK':
      return [method, `   Type = ${checker.queryType}`, `   Name = ${checker.queryName}`]
    case 'UDP_CHECK':
      return [method, `   Payload len = ${checker.payload.length}`, `   Require reply = ${yesNo(checker.requireReply)}`]
    case 'MISC_CHECK':
      return [
        method,
        `   script = ${checker.command.text}`,
        `   timeout = ${checker.timeoutUs / usPerSecond}`,
        `   dynamic = ${checker.dynamic ? 'YES' : 'NO'}`,
      ]
    case 'FILE_CHECK':
      return [method, `     Tracked file = ${checker.trackFile}`, `     Weight = ${checker.weight}`]
    case 'BFD_CHECK':
      return [method, `   BFD instance = ${checker.session}`]
    default:
      return [method]
  }
}

function urlLines(url: HttpChecker['urls'][number]): readonly string[] {
  return [
    `   Checked url = ${url.path}`,
    `     Host = ${url.host}`,
    ...(url.digest === undefined ? [] : [`     digest = ${url.digest}`]),
    '     HTTP Status Code(s)',
    ...url.statusCodes.map(([first, last]) => `       ${first === last ? first : `${first}-${last}`}`),
    ...(url.regex === undefined ? [] : [`     Regex = "${url.regex.pattern}"`]),
  ]
}

function forwardingText(forwarding: Forwarding): string {
  return forwarding.method === 'TUN' ? `TUN, type ${forwarding.tunnel}` : forwarding.method
}

function scriptLines(title: string, text: string | undefined): readonly string[] {
  return text === undefined ? [] : [`${title} = ${text}`]
}

function secondsText(us: number): string {
  return (us / usPerSecond).toFixed(6)
}

function onOff(value: boolean): string {
  return value ? 'ON' : 'OFF'
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}

function lines(texts: readonly string[]): string {
  return texts.map(text => `${text}\n`).join('')
}
