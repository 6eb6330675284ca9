// Who a tab is: over reloads, as a copy of another one, and where nothing can be kept.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instanceOfTab, openTab, type TabPorts } from '../src/platform/tab.ts'

/** The locks of one browser: who asks while another page has it is refused, as if the time was over. */
class Locks {
  readonly held = new Set<string>()
  request = (name: string, _options: unknown, granted: () => unknown): Promise<never> => {
    if (this.held.has(name)) return Promise.reject(new Error('timeout'))
    this.held.add(name)
    granted()
    return new Promise(() => undefined)
  }
}

class Session {
  readonly items = new Map<string, string>()
  getItem = (key: string): string | null => this.items.get(key) ?? null
  setItem = (key: string, value: string): void => void this.items.set(key, value)
  removeItem = (key: string): void => void this.items.delete(key)
}

let count = 0
function portsOf(session: Session, locks: Locks | undefined): TabPorts {
  return {
    storage: () => session,
    locks: locks as unknown as TabPorts['locks'],
    randomBytes: (size) => new Uint8Array(size).fill(++count),
  }
}

test('a tab stays itself over a reload, with what the page before left behind', async () => {
  const [session, locks] = [new Session(), new Locks()]
  const before = await openTab(portsOf(session, locks))
  assert.match(before.id, /^[0-9a-f]{12}$/)
  before.write('calls')
  locks.held.clear()
  const after = await openTab(portsOf(session, locks))
  assert.deepEqual([after.id, after.read()], [before.id, 'calls'])
})

test('a duplicated tab is another one, and gets nothing of the first', async () => {
  const [session, locks] = [new Session(), new Locks()]
  const first = await openTab(portsOf(session, locks))
  first.write('calls')
  const copied = new Session()
  for (const [key, value] of session.items) copied.items.set(key, value)
  const copy = await openTab(portsOf(copied, locks))
  assert.notEqual(copy.id, first.id)
  assert.deepEqual([copy.read(), first.read()], [null, 'calls'])
})

test('without locks or storage each page is a tab of its own', async () => {
  const session = new Session()
  const [one, other] = [
    await openTab(portsOf(session, undefined)),
    await openTab(portsOf(session, undefined)),
  ]
  assert.notEqual(one.id, other.id)
  const refuse = (): never => {
    throw new Error('switched off')
  }
  const third = await openTab({ ...portsOf(session, new Locks()), storage: refuse })
  third.write('calls')
  assert.deepEqual([third.read(), session.items.size], [null, 0])
  session.setItem = refuse
  const fourth = await openTab(portsOf(session, new Locks()))
  fourth.write('calls')
  assert.deepEqual([fourth.read(), session.items.size], [null, 0])
})

test('a storage that becomes full stops nothing', async () => {
  const session = new Session()
  const tab = await openTab(portsOf(session, new Locks()))
  tab.write('calls')
  session.setItem = () => {
    throw new Error('full')
  }
  tab.write('more calls')
  assert.equal(tab.read(), 'calls')
})

test('an id that somebody else wrote is not used', async () => {
  const session = new Session()
  session.setItem('rufwerk.tab', '"><script>')
  const { id } = await openTab(portsOf(session, new Locks()))
  assert.match(id, /^[0-9a-f]{12}$/)
})

test('the instance is that of the device with a last part of its own', () => {
  const instance = 'urn:uuid:01234567-89ab-8def-8123-456789abcdef'
  assert.equal(
    instanceOfTab(instance, { id: '0a0b0c0d0e0f' }),
    'urn:uuid:01234567-89ab-8def-8123-0a0b0c0d0e0f',
  )
})
