// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are references of a shell.
// Which commands get a shell.
import assert from 'node:assert/strict'
import test from 'node:test'
import { needsShell, shellFor, withoutLastSemicolon } from '../../../../../src/config/blocks/script/shell-syntax.ts'

const commands: readonly (readonly [text: string, shell: 'sh' | 'bash' | undefined])[] = [
  // The founding configurations.
  ['[ -f /etc/keepalived/down ] && exit 1 || exit 0', 'sh'],
  ['curl -s 172.16.36.70 | grep 172 &> /dev/null', 'bash'],
  ['killall -0 nginx', undefined],
  ['/etc/keepalived/keepalived.sh master', undefined],
  // What runs well without a shell must not get one.
  ['/usr/bin/test -f /run/ok', undefined],
  ['[ -f /run/ok ]', undefined],
  ['[ a == b ]', undefined],
  ['/usr/bin/curl -s http://h/?a=1&b=2;c', undefined],
  ['/usr/bin/pgrep -f nginx|apache', undefined],
  ['/usr/bin/find /run -name *.pid', undefined],
  ["/usr/bin/awk '{print $1}' /f", undefined],
  ['/bin/sh -c "a && b | c > /dev/null"', undefined],
  ["/bin/sh -c 'a; b &> c'", undefined],
  ['/bin/echo \\$HOME \\| x', undefined],
  ['/bin/x cost 5$', undefined],
  ['/x/args.sh 7 a!b #c {d} e;', undefined],
  ['/sbin/ip addr add 192.0.2.1/32 dev lo ;', undefined],
  ['a && b;', 'sh'],
  ['a; b;', 'sh'],
  // POSIX shell.
  ['a;b; c', 'sh'],
  ['a && b', 'sh'],
  ['a||b', 'sh'],
  ['a | b', 'sh'],
  ['a |b', 'sh'],
  ['sleep 5 &', 'sh'],
  ['a > /dev/null 2>&1', 'sh'],
  ['a >/dev/null', 'sh'],
  ['a>/dev/null', 'sh'],
  ['a 2>/dev/null', 'sh'],
  ['a < /f', 'sh'],
  ['</run/ok', 'sh'],
  ['(a)', 'sh'],
  ['! pidof x', 'sh'],
  ['exit 0', 'sh'],
  ['if true; then false; fi', 'sh'],
  ['cd /tmp', 'sh'],
  ['PATH=/bin x', 'sh'],
  ['ls ~/x', 'sh'],
  ['echo $HOME', 'sh'],
  ['echo "a $(date)"', 'sh'],
  ['kill -0 `cat /run/x.pid`', 'sh'],
  ['test $? = 0', 'sh'],
  // bash.
  ['a &>/dev/null', 'bash'],
  ['a&>/dev/null', 'bash'],
  ['a &>> /f', 'bash'],
  ['a >& /f', 'bash'],
  ['a |& b', 'bash'],
  ['[[ -f /x ]]', 'bash'],
  ['if [[ a == b ]]; then x; fi', 'bash'],
  ['[ a == b ] && c', 'bash'],
  ['(( 1 < 2 ))', 'bash'],
  ['diff <(a) <(b)', 'bash'],
  ['cat <<< x', 'bash'],
  ['source /etc/x', 'bash'],
  ['echo $x | sed "${x//a/b}"', 'bash'],
  ["printf $'a'", 'bash'],
]

for (const [text, shell] of commands) {
  test(`shell syntax: ${text} needs ${shell ?? 'no shell'}`, () => {
    assert.equal(shellFor(text), shell)
    assert.equal(needsShell(text), shell !== undefined)
  })
}

test('a semicolon at the end of a command is no argument, unless it is quoted', () => {
  assert.deepEqual(withoutLastSemicolon(['/x', 'a', 'e;'], '/x a e;'), ['/x', 'a', 'e'])
  assert.deepEqual(withoutLastSemicolon(['/x', 'a', ';'], '/x a ; '), ['/x', 'a'])
  assert.deepEqual(withoutLastSemicolon(['/x;'], '/x;'), ['/x'])
  assert.deepEqual(withoutLastSemicolon([';'], ';'), [';'])
  assert.deepEqual(withoutLastSemicolon(['/x', ';'], '/x \\;'), ['/x', ';'])
  assert.deepEqual(withoutLastSemicolon(['/x', 'a;'], "/x 'a;'"), ['/x', 'a;'])
})
