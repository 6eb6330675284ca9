// This tab, the same over reloads and different from every other tab of the browser: an id, and what one
// page leaves behind for the next. A tab that is duplicated gets a copy of the session storage; a lock that
// is held as long as the page lives tells which of both is the copy.

const ID_KEY = 'rufwerk.tab'
const LEFT_KEY = 'rufwerk.calls'
/** The page before may let go of its lock a little later than this one begins. */
const LOCK_MS = 2_000
/** As many as the last part of a UUID has. */
const ID_DIGITS = 12

export interface Tab {
  /** Twelve hexadecimal digits. */
  readonly id: string
  /** What the page before left behind in this tab. */
  read(): string | null
  write(text: string): void
}

export interface TabPorts {
  /** Throws where storage is switched off; nothing can be written where it is full. */
  readonly storage: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  /** Absent outside of secure contexts. */
  readonly locks: Pick<LockManager, 'request'> | undefined
  readonly randomBytes: (size: number) => Uint8Array
}

/** Where a tab cannot be told from its copy, or nothing can be kept, each page is a tab of its own. */
export async function openTab(ports: TabPorts): Promise<Tab> {
  const { locks } = ports
  const storage = locks && storageOf(ports)
  if (locks === undefined || storage === undefined) return lonelyTab(newId(ports))
  const known = storage.getItem(ID_KEY)
  if (known !== null && isId(known) && (await hold(locks, known))) return keepingTab(known, storage)
  const id = newId(ports)
  storage.removeItem(LEFT_KEY)
  storage.setItem(ID_KEY, id)
  await hold(locks, id)
  return keepingTab(id, storage)
}

/** The instance of this tab: that of the device with another last part (RFC 5626 §4.1). */
export function instanceOfTab(instance: string, { id }: Pick<Tab, 'id'>): string {
  return instance.slice(0, -ID_DIGITS) + id
}

function keepingTab(id: string, storage: Pick<Storage, 'getItem' | 'setItem'>): Tab {
  return {
    id,
    read: () => storage.getItem(LEFT_KEY),
    write(text) {
      try {
        storage.setItem(LEFT_KEY, text)
      } catch {
        // It is full by now: calls end with their page.
      }
    },
  }
}

function lonelyTab(id: string): Tab {
  return { id, read: () => null, write: () => undefined }
}

function storageOf({ storage }: TabPorts): ReturnType<TabPorts['storage']> | undefined {
  try {
    const opened = storage()
    opened.setItem(ID_KEY, opened.getItem(ID_KEY) ?? '')
    return opened
  } catch {
    return undefined
  }
}

/** True when nobody else has it: then it is ours until the page is gone. */
function hold(locks: Pick<LockManager, 'request'>, id: string): Promise<boolean> {
  return new Promise((resolve) => {
    locks
      .request(`${ID_KEY}.${id}`, { signal: AbortSignal.timeout(LOCK_MS) }, () => {
        resolve(true)
        return new Promise(() => undefined)
      })
      .catch(() => resolve(false))
  })
}

function newId({ randomBytes }: TabPorts): string {
  return Array.from(randomBytes(ID_DIGITS / 2), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function isId(text: string): boolean {
  return text.length === ID_DIGITS && /^[0-9a-f]+$/.test(text)
}
