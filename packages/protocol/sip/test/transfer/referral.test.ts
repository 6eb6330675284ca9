// RFC 3515 §2.4.4 to §2.4.6: the subscription of a REFER, on both sides.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instant } from '@rufwerk/core'
import { newNotifier, stepNotifier } from '@rufwerk/sip/events'
import {
  newReferral,
  REFER_EXPIRES_S,
  REFER_INTERVAL,
  type Referral,
  type ReferralInput,
  type ReferralOutput,
  readSipfrag,
  referProgress,
  SIPFRAG_TYPE,
  stepReferral,
  writeSipfrag,
} from '@rufwerk/sip/transfer'
import { requestWith } from '../messages.ts'

const notify = (body: string, state = 'active;expires=60', event = 'refer', type = SIPFRAG_TYPE) => {
  const lines = [`Event: ${event}`, ...(state === '' ? [] : [`Subscription-State: ${state}`])]
  return requestWith('NOTIFY', ...lines, `Content-Type: ${type}`, '', body)
}

test('FRAG-1 the body is the status line alone', () => {
  assert.equal(SIPFRAG_TYPE, 'message/sipfrag;version=2.0')
  assert.equal(writeSipfrag(100), 'SIP/2.0 100 Trying\r\n')
  assert.equal(writeSipfrag(603), 'SIP/2.0 603 Decline\r\n')
})

test('FRAG-2 the status is read from the first line, whatever follows; else there is none', () => {
  const read = (body: string, type?: string) => readSipfrag(notify(body, 'active', 'refer', type))
  assert.equal(read('SIP/2.0 200 OK\nContact: <sip:x>\n\nv=0'), 200)
  assert.equal(read('SIP/2.0 486'), 486)
  assert.equal(read('SIP/2.0 180 Ringing', 'Message/SIPfrag'), 180)
  for (const body of [
    '',
    'INVITE sip:x SIP/2.0',
    'SIP/2.0 700 x',
    'SIP/2.0 20',
    'SIP/2.0 2000',
    'x\nSIP/2.0 200 OK',
  ])
    assert.equal(read(body), undefined, body)
  assert.equal(read('SIP/2.0 200 OK', 'text/plain'), undefined)
})

test('FRAG-3 who is referred: NOTIFY at once, at each step, and the last one with the outcome', () => {
  let notifier = newNotifier(instant(0))
  const said: string[] = []
  const told = (status: number, ...inputs: Parameters<typeof stepNotifier>[1][]): void => {
    for (const input of inputs) {
      const step = stepNotifier(notifier, input, REFER_INTERVAL, instant(0))
      notifier = step.notifier
      for (const output of step.out)
        if (output.type === 'notify') said.push(`${output.state} ${writeSipfrag(status).trim()}`)
    }
  }
  const ok = { type: 'answered', status: 200 } as const
  told(100, { type: 'subscribed', expiresS: REFER_EXPIRES_S }, ok)
  told(180, referProgress(180), ok)
  told(200, referProgress(200), ok)
  assert.deepEqual(said, [
    'active;expires=180 SIP/2.0 100 Trying',
    'active;expires=180 SIP/2.0 180 Ringing',
    'terminated;reason=noresource SIP/2.0 200 OK',
  ])
  assert.equal(notifier.state, 'ended')
})

function word(output: ReferralOutput): string {
  if (output.type === 'arm') return `+${output.after / 1000}`
  if (output.type === 'disarm') return '-'
  if (output.type === 'finished') return `${output.outcome} ${output.status ?? ''}`.trim()
  return output.type === 'progress' ? `progress ${output.status}` : `answer ${output.status}`
}

/** What each input to a REFER with the number 7 brings about. */
function run(...inputs: ReferralInput[]): readonly string[] {
  let { referral } = newReferral(7) as { referral: Referral }
  return inputs.map((input) => {
    const step = stepReferral(referral, input)
    referral = step.referral
    return step.out.map(word).join(', ')
  })
}

const accepted: ReferralInput = { type: 'answered', status: 202, hasSubscription: true }
const notified = (...args: Parameters<typeof notify>): ReferralInput => ({
  type: 'notified',
  notify: notify(...args),
})
const RINGING = notified('SIP/2.0 180 Ringing')
const DONE = notified('SIP/2.0 200 OK', 'terminated;reason=noresource')

test('REFL-1 accepted, in progress, succeeded; then the subscription is over', () => {
  assert.deepEqual(newReferral(7).out.map(word), ['+180'])
  const said = ['', 'answer 200, progress 180', 'answer 200, -, succeeded 200', 'answer 481']
  assert.deepEqual(run(accepted, RINGING, DONE, RINGING), said)
})

test('REFL-2 a NOTIFY may be faster than the response', () => {
  assert.deepEqual(run(RINGING, accepted, DONE), [
    'answer 200, progress 180',
    '',
    'answer 200, -, succeeded 200',
  ])
  assert.deepEqual(run(DONE, accepted), ['answer 200, -, succeeded 200', ''])
})

test('REFL-3 a refused REFER is the end, and so is one without subscription', () => {
  assert.deepEqual(run({ type: 'answered', status: 603, hasSubscription: true }), ['-, refused 603'])
  assert.deepEqual(run({ type: 'answered', status: 202, hasSubscription: false }), ['-, unknown'])
})

test('REFL-4 the call was refused: failed, also while the subscription lasts', () => {
  const busy = notified('SIP/2.0 486 Busy Here')
  const said = ['', 'answer 200, -, failed 486', 'answer 200', 'answer 200', 'answer 481']
  assert.deepEqual(run(accepted, busy, busy, DONE, DONE), said)
})

test('REFL-5 the end without a final status, silence, and a dialog that is gone: unknown', () => {
  const end = notified('', 'terminated;reason=timeout')
  assert.deepEqual(run(accepted, RINGING, end).at(-1), 'answer 200, -, unknown 180')
  assert.deepEqual(run(accepted, { type: 'timer' }, { type: 'timer' }), ['', '-, unknown', ''])
  assert.deepEqual(run(accepted, { type: 'ended' }, DONE), ['', '-, unknown', 'answer 481'])
})

test('REFL-6 a NOTIFY of another package: 489; of another REFER: 481; that says nothing: 400', () => {
  assert.deepEqual(run(notified('SIP/2.0 200 OK', 'active', 'dialog')), ['answer 489'])
  assert.deepEqual(run(notified('SIP/2.0 200 OK', 'active', 'refer;id=8')), ['answer 481'])
  assert.deepEqual(run(notified('SIP/2.0 180 x', 'active', 'refer;id=7')), ['answer 200, progress 180'])
  assert.deepEqual(run(notified('SIP/2.0 200 OK', '')), ['answer 400'])
  assert.deepEqual(run(notified('hello')), ['answer 400'])
})
