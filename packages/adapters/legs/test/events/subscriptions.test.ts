// RFC 6665 §4.2.1: who may subscribe to what, and for how long.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newRequest, parseMessage } from '@rufwerk/sip'
import { ExchangeRig, type SimulatedPhone } from '@rufwerk/testing'
import { assertNobodyWatches, scene, textOf, Watcher, watching } from './watcher.ts'

test('LEG-EVT1 a lamp rings, is lit and goes out with the call of the extension', async () => {
  const { rig, watcher, caller, callee } = await scene()
  const answer = await watcher.subscribe('101')
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('contact') ?? '', /^<sip:pbx@10\.0\.0\.1:5060>$/)
  await rig.clock.pass(2_000)
  const [first] = watcher.notifies
  assert.equal(first?.headers.get('event'), 'dialog')
  assert.equal(first?.headers.get('content-type'), 'application/dialog-info+xml')
  assert.match(textOf(first), /state="full" entity="sip:101@10\.0\.0\.1:5060"/)
  assert.deepEqual(watcher.told(), ['0 active none'])
  const call = caller.dial('101')
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), ['1 active early recipient'])
  callee.calls[0]?.answer()
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), ['2 active confirmed recipient'])
  call.hangUp()
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), ['3 active terminated recipient'])
})

test('LEG-EVT1 who calls is shown as such', async () => {
  const { rig, watcher, callee, caller } = await watching()
  caller.onCall = (call) => call.ring()
  const call = callee.dial('100')
  await rig.clock.pass(2_000)
  caller.calls[0]?.answer()
  await rig.clock.pass(2_000)
  call.hangUp()
  await rig.clock.pass(2_000)
  assert.deepEqual(watcher.told(), [
    '1 active early initiator',
    '2 active confirmed initiator',
    '3 active terminated initiator',
  ])
})

test('LEG-EVT1 a call that lasts already is told at once; the ringing one comes first', async () => {
  const { rig, watcher, caller, callee } = await scene()
  const other = await rig.registered('103')
  caller.dial('101')
  await rig.clock.pass(1_000)
  callee.calls[0]?.answer()
  other.dial('101')
  await rig.clock.pass(1_000)
  await watcher.subscribe('101')
  await rig.clock.pass(1_000)
  assert.deepEqual(watcher.told(), ['0 active early recipient, confirmed recipient'])
})

test('LEG-EVT2 a stranger is challenged, a wrong password refused, another name forbidden', async () => {
  const { rig } = await scene()
  const stranger = rig.addPhone('p102', { password: 'wrong' })
  const statuses: number[] = []
  const headers = [['Contact', stranger.contact] as const, ['Event', 'dialog'] as const]
  const ask = async (phone: SimulatedPhone, isBare: boolean, from?: string) => {
    const parts = phone.parts('SUBSCRIBE', '101')
    const request = newRequest({ ...parts, ...(from ? { from } : {}), headers })
    const note = (response: { status: number } | undefined) => void statuses.push(response?.status ?? 0)
    if (isBare) phone.send(request, note)
    else phone.sendWithCredentials(request, note)
    await rig.clock.pass(500)
  }
  await ask(stranger, true)
  await ask(stranger, false)
  await ask(rig.addPhone('p102'), false, '<sip:p101@10.0.0.1>;tag=x')
  assert.deepEqual(statuses, [401, 403, 403])
  assert.equal(rig.userAgent.sizes().subscriptions, 0)
})

test('LEG-EVT2 a browser needs no digest: its flow proves it', async () => {
  const { rig } = await scene()
  const page = new Watcher(rig, await rig.registered('104', { kind: 'browser' }))
  const { challenged } = rig.userAgent.counts()
  assert.equal((await page.subscribe('101')).status, 200)
  await rig.clock.pass(1_000)
  assert.deepEqual(page.told(), ['0 active none'])
  assert.equal(rig.userAgent.counts().challenged, challenged)
})

test('LEG-EVT2 refreshing and ending needs the credentials of the same device', async () => {
  const { rig, watcher, caller } = await watching()
  const thief = new Watcher(rig, caller)
  const { dialog } = watcher
  assert.ok(dialog)
  thief.dialog = { ...dialog, localAddress: dialog.localAddress.replace('p102', 'p100') }
  assert.equal((await thief.refresh({ expiresS: 0 })).status, 481)
  const bare: number[] = []
  const lines = ['SUBSCRIBE sip:pbx@10.0.0.1 SIP/2.0', 'Via: SIP/2.0/UDP 10.7.7.7;branch=z9hG4bKx']
  lines.push('Max-Forwards: 70', `From: ${dialog.localAddress}`, `To: ${dialog.remoteAddress}`)
  lines.push(`Call-ID: ${dialog.callId}`, 'CSeq: 99 SUBSCRIBE', 'Event: dialog', 'Expires: 0')
  const at = { address: '10.7.7.7', port: 5060 }
  rig.network.attach(at, {
    onMessage: (_flow, bytes) => {
      const parsed = parseMessage(bytes)
      if (parsed.ok && parsed.value.kind === 'response') bare.push(parsed.value.status)
    },
  })
  rig.network.send(
    rig.network.flow(at, { address: '10.0.0.1', port: 5060 }),
    Buffer.from(`${lines.join('\r\n')}\r\nUser-Agent: ${'x'.repeat(200)}\r\nContent-Length: 0\r\n\r\n`),
  )
  await rig.clock.pass(500)
  assert.deepEqual(bare, [401])
  assert.equal(rig.userAgent.sizes().subscriptions, 1)
})

test('LEG-EVT3 an extension that nobody of the company has: 404', async () => {
  const { rig, watcher } = await scene()
  assert.equal((await watcher.subscribe('999')).status, 404)
  assert.equal((await watcher.subscribe('p101')).status, 404)
  assert.equal((await watcher.subscribe('p102')).status, 200)
  await rig.clock.pass(1_000)
  assert.deepEqual(watcher.told(), ['0 active none'])
})

test('LEG-EVT4 without voicemail nobody can subscribe to messages: 489 that does not name them', async () => {
  const { watcher } = await scene()
  const answer = await watcher.subscribe('102', { event: 'message-summary' })
  assert.equal(answer.status, 489)
  assert.equal(answer.headers.get('allow-events'), 'dialog')
})

test('LEG-EVT4 with voicemail a person is told of the own box, and of no other', async () => {
  const { rig, watcher } = await scene({ hasBoxes: true })
  const { person } = rig.addDevice('102')
  rig.watch.boxes.set(person, { unheard: 2, heard: 1, listenAt: '*97' })
  const wish = { event: 'message-summary' }
  assert.equal((await watcher.subscribe('101', wish)).status, 403)
  assert.equal((await watcher.subscribe('102', wish)).status, 200)
  await rig.clock.pass(2_000)
  assert.equal(
    textOf(watcher.notifies.pop()),
    'Messages-Waiting: yes\r\nMessage-Account: sip:*97@10.0.0.1\r\nVoice-Message: 2/1\r\n',
  )
  rig.watch.boxes.set(person, { unheard: 0, heard: 3 })
  rig.userAgent.messagesChanged(person)
  await rig.clock.pass(2_000)
  assert.equal(textOf(watcher.notifies.pop()), 'Messages-Waiting: no\r\nVoice-Message: 0/3\r\n')
})

test('LEG-EVT5 what cannot be had is refused as the RFC says, and keeps nothing', async () => {
  const { rig, watcher } = await scene()
  const rows: [wish: Parameters<Watcher['subscribe']>[1], status: number, header?: string, value?: string][] =
    [
      [{ event: 'presence' }, 489, 'allow-events', 'dialog'],
      [{ event: '' }, 489],
      [{ event: 'dialog;id="a b"' }, 489],
      [{ headers: [['Accept', 'application/pidf+xml']] }, 406, 'accept', 'application/dialog-info+xml'],
      [{ expiresS: 30 }, 423, 'min-expires', '60'],
      [{ headers: [['Require', 'eventlist']] }, 420, 'unsupported', 'eventlist'],
    ]
  for (const [wish, status, header, value] of rows) {
    const answer = await watcher.subscribe('101', wish)
    assert.deepEqual([answer.status, header && answer.headers.get(header)], [status, value])
  }
  const { phone } = watcher
  const bare = newRequest({ ...phone.parts('SUBSCRIBE', '101'), headers: [['Event', 'dialog']] })
  const statuses: (number | undefined)[] = []
  phone.sendWithCredentials(bare, (response) => statuses.push(response?.status))
  await rig.clock.pass(500)
  assert.deepEqual(statuses, [400], 'without Contact')
  assert.equal(rig.userAgent.sizes().watching, 0)
})

test('LEG-EVT5 Accept is read however long its list is', async () => {
  const { watcher } = await scene()
  const many = Array.from({ length: 90 }, (_, at) => `a/b${at}`)
  const asked = (types: readonly string[]) =>
    watcher.subscribe('101', { headers: [['Accept', types.join(', ')]] })
  assert.equal((await asked(many)).status, 406)
  assert.equal((await asked([...many, 'application/dialog-info+xml'])).status, 200)
  assert.equal((await asked(Array.from({ length: 1_000 }, () => 'a/b'))).status, 406)
})

test('LEG-EVT6 granted are ten minutes at most, differently shortened, then it ends', async () => {
  const made = await scene()
  const { rig, watcher } = made
  watcher.phone.register(2_000)
  const granted = async (expiresS: number) =>
    Number((await watcher.subscribe('101', { expiresS })).headers.get('expires'))
  const lengths = [await granted(86_400), await granted(86_400), await granted(86_400)]
  assert.ok(
    lengths.every((length) => length <= 600 && length >= 480),
    String(lengths),
  )
  assert.ok(new Set(lengths).size > 1, String(lengths))
  assert.equal(await granted(60), 60)
  await rig.clock.pass(1_000)
  watcher.told()
  await rig.clock.pass(601_000)
  assert.deepEqual(
    watcher.told().map((line) => line.slice(2)),
    Array.from({ length: 4 }, () => 'terminated;reason=timeout none'),
  )
  await assertNobodyWatches(made)
})

test('LEG-EVT6 a refresh is told the state, moves the target, and the subscription goes on', async () => {
  const { rig, watcher } = await watching()
  for (let count = 1; count <= 3; count += 1) {
    watcher.phone.register()
    await rig.clock.pass(400_000)
    const contact = `<sip:p102@10.9.9.${count}>`
    assert.equal((await watcher.refresh({}, contact)).status, 200)
    await rig.clock.pass(1_000)
    assert.equal(watcher.notifies.at(-1)?.uri.host, `10.9.9.${count}`)
    assert.deepEqual(watcher.told(), [`${count} active none`])
  }
  assert.equal((await watcher.refresh({ event: 'dialog;id=7' })).status, 481)
  assert.equal((await watcher.refresh({ event: 'presence' })).status, 489)
  assert.equal((await watcher.refresh({ expiresS: 10 })).status, 423)
  watcher.dialog = watcher.dialog && { ...watcher.dialog, localSeq: 1 }
  assert.equal((await watcher.refresh()).status, 500)
  assert.equal(rig.userAgent.sizes().subscriptions, 1)
})

test('LEG-EVT6 Expires of 0 ends it with a last NOTIFY; afterwards its dialog is unknown', async () => {
  const made = await watching()
  const { rig, watcher } = made
  const answer = await watcher.refresh({ expiresS: 0 })
  assert.deepEqual([answer.status, answer.headers.get('expires')], [200, '0'])
  await rig.clock.pass(1_000)
  assert.deepEqual(watcher.told(), ['1 terminated;reason=timeout none'])
  assert.equal((await watcher.refresh()).status, 481)
  assert.equal((await watcher.subscribe('101', { expiresS: 0 })).status, 200)
  await rig.clock.pass(1_000)
  assert.deepEqual(watcher.told(), ['0 terminated;reason=timeout none'])
  await assertNobodyWatches(made)
})

test('LEG-EVT6 a refresh while the last NOTIFY is under way: 481', async () => {
  const { rig, watcher } = await watching()
  watcher.answer = () => undefined
  await watcher.refresh({ expiresS: 0 })
  await rig.clock.pass(100)
  assert.equal((await watcher.refresh()).status, 481)
})

test('LEG-EVT16 nothing outlives a restart: a refresh gets 481, the phone subscribes again', async () => {
  const { rig, watcher } = await watching()
  rig.kill()
  await rig.startAgain()
  assert.equal(rig.userAgent.sizes().watching, 0)
  assert.equal((await watcher.refresh()).status, 481)
  assert.equal((await watcher.subscribe('101')).status, 200)
  await rig.clock.pass(1_000)
  assert.deepEqual(watcher.told(), ['0 active none'])
})

test('LEG-EVT1 OPTIONS tells which packages can be had', async () => {
  const told = async (options: Parameters<typeof scene>[0]) => {
    const { rig, watcher } = await scene(options)
    const events: (string | undefined)[] = []
    const headers = [['Subject', 'x'.repeat(400)] as const]
    watcher.phone.send(newRequest({ ...watcher.phone.parts('OPTIONS', '101'), headers }), (response) =>
      events.push(response?.headers.get('allow-events')),
    )
    await rig.clock.pass(500)
    return events
  }
  assert.deepEqual(await told({}), ['dialog'])
  assert.deepEqual(await told({ hasBoxes: true }), ['dialog, message-summary'])
  assert.deepEqual(await told({ isUnwatched: true }), [undefined])
})

test('LEG-EVT1 without anything to watch every package is refused', async () => {
  const rig = new ExchangeRig({ isUnwatched: true })
  const watcher = new Watcher(rig, await rig.registered('100'))
  const answer = await watcher.subscribe('100')
  assert.deepEqual([answer.status, answer.headers.has('allow-events')], [489, false])
})
