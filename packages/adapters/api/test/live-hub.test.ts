// The live channel: who hears what, and that slow, dead and talkative clients are let go.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Person, Session } from '@rufwerk/accounts'
import { LIMITS } from '@rufwerk/api'
import type { CallView } from '@rufwerk/calls'
import { CLOSE_CODES, LiveMessage } from '@rufwerk/contract'
import { LiveHub, type LiveSocket } from '../src/live/live-hub.ts'
import { openStaffedOffice, type Staffed, viewOf } from './office.ts'

class TestSocket implements LiveSocket {
  bufferedAmount = 0
  pings = 0
  readonly heard: LiveMessage[] = []
  closedWith: number | undefined
  readonly #listeners = new Map<string, () => void>()

  send(text: string): void {
    this.heard.push(LiveMessage.parse(JSON.parse(text)))
  }
  ping(): void {
    this.pings += 1
  }
  close(code: number): void {
    this.closedWith = code
    this.say('close')
  }
  terminate(): void {
    this.closedWith = 1006
    this.say('close')
  }
  on(event: string, listener: () => void): void {
    this.#listeners.set(event, listener)
  }
  say(event: 'message' | 'pong' | 'close'): void {
    this.#listeners.get(event)?.()
  }
  types(): string[] {
    return this.heard.splice(0).map(({ type }) => type)
  }
}

let office: Staffed

before(async () => {
  office = await openStaffedOffice()
})

interface Who {
  readonly person: Person
  readonly session?: Session
}

function listen(hub: LiveHub, { person, session }: Who, isSignedIn = async () => true): TestSocket {
  const socket = new TestSocket()
  const directory = office.world.accounts.directoryOf(person.tenant) ?? assert.fail()
  const own = session ?? ({ id: 'session-x', tenant: person.tenant, person: person.id } as Session)
  hub.open(socket, { session: own, person, directory }, isSignedIn)
  return socket
}

test('the first message is a snapshot of the own company and the own calls', () => {
  const { admin, user, colleague, stranger } = office
  office.calls.push(
    viewOf(user.person, colleague, 'talking', 'a'),
    viewOf(admin.person, colleague, 'ringing', 'b'),
    viewOf(stranger.person, stranger.person, 'ringing', 'c'),
  )
  const hub = new LiveHub(office.ports)
  const socket = listen(hub, user)
  const [snapshot] = socket.heard
  assert.ok(snapshot?.type === 'snapshot')
  assert.deepEqual(
    snapshot.calls.map(({ call, direction }) => [call, direction]),
    [['a', 'outgoing']],
  )
  assert.deepEqual(snapshot.calls[0]?.to, { person: colleague.id, extension: '102', name: 'Jan Thal' })
  const people = office.world.accounts.people(user.person.tenant).map(({ id }) => id)
  assert.deepEqual(Object.keys(snapshot.presence).toSorted(), [...people].toSorted())
  const forAdmin = listen(hub, admin)
  assert.deepEqual(forAdmin.heard[1], { type: 'call-count', ringing: 1, talking: 1 })
  office.calls.length = 0
  hub.close()
})

test('presence goes to the own company, calls and quality only to those who have part in them', () => {
  const { admin, user, colleague, stranger } = office
  const hub = new LiveHub(office.ports)
  const sockets = [admin, user, { person: colleague }, stranger].map((who) => listen(hub, who))
  const types = () => sockets.map((socket) => socket.types().join())
  types()
  const { tenant } = user.person
  office.say({ type: 'presence', tenant, person: user.person.id, presence: 'talking' })
  assert.deepEqual(types(), ['presence', 'presence', 'presence', ''])
  const view = viewOf(user.person, colleague, 'talking')
  office.say({ type: 'call', view })
  assert.deepEqual(types(), ['', 'call', 'call', ''])
  const quality = {
    codec: 'PCMA',
    isRelayed: true,
    packetsSent: 1,
    packetsReceived: 1,
    lost: 0,
    rubbish: 0,
    jitterMs: 0,
  }
  office.say({ type: 'quality', call: view.call, role: 'caller', quality })
  assert.deepEqual(types(), ['', 'quality', 'quality', ''])
  office.say({ type: 'call', view: { ...view, state: 'ended', cause: 16 } })
  office.say({ type: 'quality', call: view.call, role: 'caller', quality })
  assert.deepEqual(types(), ['', 'call', 'call', ''])
  office.say({ type: 'recorded', tenant, people: [user.person.id] })
  assert.deepEqual(types(), ['', 'calls-changed', '', ''])
  office.clock.pass(LIMITS.liveCallCountMs)
  assert.deepEqual(types(), ['call-count', '', '', ''])
  hub.close()
  assert.equal(hub.size(), 0)
})

test('a call says whether it is recorded, and to whom whether they may have it so', () => {
  const { user, colleague } = office
  const hub = new LiveHub(office.ports)
  const sockets = [user, { person: colleague }].map((who) => listen(hub, who))
  const told = () =>
    sockets.map(({ heard }) =>
      heard
        .splice(0)
        .flatMap((message) =>
          message.type === 'call' ? [[message.call.recording, message.call.mayRecord]] : [],
        ),
    )
  told()
  const { recorded } = office
  const view = viewOf(user.person, colleague, 'talking')
  recorded.rules = { ...recorded.rules, onDemand: { people: [user.person.id], purpose: 'q' } }
  recorded.talks.set(view.call, user.person.id)
  office.say({ type: 'call', view })
  assert.deepEqual(told(), [[[undefined, true]], [[undefined, undefined]]])
  recorded.talks.clear()
  office.say({ type: 'call', view: { ...view, recording: 'paused' } })
  assert.deepEqual(told(), [[['paused', undefined]], [['paused', undefined]]])
  office.say({ type: 'call', view: { ...view, state: 'ended', cause: 16 } })
  office.clock.pass(LIMITS.liveCallCountMs)
  hub.close()
})

test('a thousand calls are counted in two messages a second', () => {
  const { admin, user, colleague } = office
  const hub = new LiveHub(office.ports)
  const socket = listen(hub, admin)
  socket.types()
  const views = Array.from({ length: 1_000 }, (_, at) => viewOf(user.person, colleague, 'ringing', `c${at}`))
  for (const view of views) office.say({ type: 'call', view })
  for (const view of views.slice(0, 400)) office.say({ type: 'call', view: { ...view, state: 'talking' } })
  office.clock.pass(LIMITS.liveCallCountMs)
  assert.deepEqual(socket.heard.splice(0), [{ type: 'call-count', ringing: 600, talking: 400 }])
  const end = (view: CallView) => office.say({ type: 'call', view: { ...view, state: 'ended' } })
  for (const view of views) end(view)
  for (const view of views) end(view)
  office.clock.pass(LIMITS.liveCallCountMs)
  assert.deepEqual(socket.heard, [{ type: 'call-count', ringing: 0, talking: 0 }])
  socket.terminate()
  assert.equal(hub.size(), 0)
  hub.close()
})

test('signing out closes every connection of that session, and only those', () => {
  const { admin, user } = office
  const hub = new LiveHub(office.ports)
  const [first, second, other] = [listen(hub, user), listen(hub, user), listen(hub, admin)]
  hub.closeSession(user.session.id)
  assert.deepEqual(
    [first, second, other].map(({ closedWith }) => closedWith),
    [CLOSE_CODES.signedOut, CLOSE_CODES.signedOut, undefined],
  )
  hub.close()
  assert.equal(hub.size(), 0)
})

test('a client that does not read is closed, one that talks too', () => {
  const { user } = office
  const hub = new LiveHub(office.ports)
  const [slow, loud] = [listen(hub, user), listen(hub, user)]
  loud.say('message')
  assert.equal(loud.closedWith, CLOSE_CODES.unexpectedMessage)
  slow.bufferedAmount = LIMITS.liveBufferBytesMax + 1
  office.say({ type: 'presence', tenant: user.person.tenant, person: user.person.id, presence: 'offline' })
  assert.equal(slow.closedWith, CLOSE_CODES.tooSlow)
  assert.equal(hub.size(), 0)
  hub.close()
})

test('a client that does not answer two pings is gone', () => {
  const { user } = office
  const hub = new LiveHub(office.ports)
  const [dead, alive] = [listen(hub, user), listen(hub, user)]
  office.clock.pass(LIMITS.livePingMs)
  assert.deepEqual([dead.pings, alive.pings], [1, 1])
  alive.say('pong')
  office.clock.pass(LIMITS.livePingMs)
  assert.deepEqual([dead.closedWith, alive.closedWith], [1006, undefined])
  alive.say('close')
  office.clock.pass(LIMITS.livePingMs)
  assert.equal(hub.size(), 0)
  hub.close()
})

test('a session that has ended is noticed in the end, and one that is watched stays alive', async () => {
  const { user } = office
  const hub = new LiveHub(office.ports)
  let checks = 0
  const ended = listen(hub, user, async () => false)
  const alive = listen(hub, user, async () => {
    checks += 1
    return true
  })
  for (let count = 0; count < 2 * LIMITS.livePingsPerSessionCheck; count += 1) {
    office.clock.pass(LIMITS.livePingMs)
    alive.say('pong')
    ended.say('pong')
    await Promise.resolve()
  }
  assert.deepEqual([ended.closedWith, alive.closedWith, checks], [CLOSE_CODES.signedOut, undefined, 2])
  hub.close()
})

test('a person has room for so many connections', () => {
  const { user, admin } = office
  const hub = new LiveHub(office.ports)
  for (let count = 0; count < LIMITS.liveSocketsPerPersonMax; count += 1) {
    assert.equal(hub.hasRoomFor(user.person.id), true)
    listen(hub, user)
  }
  assert.equal(hub.hasRoomFor(user.person.id), false)
  assert.equal(hub.hasRoomFor(admin.person.id), true)
  hub.close()
})

test('new people are news, new devices are not', async () => {
  const { admin, user, world } = office
  const hub = new LiveHub(office.ports)
  const socket = listen(hub, user)
  using _ = world.accounts.events.on('directoryChanged', (directory) => hub.peopleChanged(directory))
  socket.types()
  const actor = { tenant: admin.person.tenant, person: admin.person.id }
  const phone = await world.accounts.createPhone(actor, { person: admin.person.id, name: 'Tisch' })
  assert.ok(phone.ok)
  assert.deepEqual(socket.types(), [])
  const added = await world.accounts.addPerson(actor, { name: 'Neu', extension: '155' })
  assert.ok(added.ok)
  assert.deepEqual(socket.types(), ['people-changed'])
  hub.close()
})

test('only the person whose device came or went hears of it', () => {
  const hub = new LiveHub(office.ports)
  const own = listen(hub, office.admin)
  const other = listen(hub, office.user)
  own.types()
  other.types()
  const { tenant, id: person } = office.admin.person
  office.say({ type: 'devices', tenant, person })
  assert.deepEqual([own.types(), other.types()], [['devices-changed'], []])
  hub.close()
})
