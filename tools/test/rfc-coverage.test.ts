// The table of RFCs follows from the rules, and from nothing else.
import assert from 'node:assert/strict'
import test from 'node:test'
import { coverageText } from '../rfc-coverage.ts'

const SIP = 'packages/protocol/sip/SPEC.md'
const SDP = 'packages/protocol/sdp/SPEC.md'

const lines = (text: string): string[] => text.split('\n').filter((line) => /^[#*]/.test(line))

test('a rule counts for the RFCs of its heading and of its own text', () => {
  const sip = '## Dialogs (§12)\n\n* **DLG-1** One.\n* **DLG-2** Two (RFC 6026 §7).\n* **DLG-3** Three.\n'
  const sdp = '## Text (RFC 3264, 3551)\n\n| SDP-1 | One |\n'
  const table = lines(
    coverageText(
      new Map([
        [SIP, sip],
        [SDP, sdp],
      ]),
    ),
  )
  assert.deepEqual(table.slice(1), [
    '## RFC 3261',
    `* [sip: Dialogs](../${SIP}): DLG-1 to DLG-3`,
    '## RFC 3264',
    `* [sdp: Text](../${SDP}): SDP-1`,
    '## RFC 3551',
    `* [sdp: Text](../${SDP}): SDP-1`,
    '## RFC 6026',
    `* [sip: Dialogs](../${SIP}): DLG-2`,
  ])
})

test('an RFC without a rule does not appear', () => {
  const text = coverageText(new Map([[SDP, 'We read RFC 4566, too.\n\n## Words\n\n* **SDP-1** One.\n']]))
  assert.doesNotMatch(text, /4566/)
})
