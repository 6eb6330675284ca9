// What the pages work with, built once. One place that knows which part is made of what.

import type { Session } from '@rufwerk/contract'
import { QueryClient } from '@tanstack/react-query'
import { switchLanguage } from './i18n/i18n.ts'
import { api, RequestFailed } from './platform/api.ts'
import { AudioDeviceList } from './platform/audio-devices.ts'
import { openLiveSocket } from './platform/live-socket.ts'
import { type MicrophonePermission, watchMicrophonePermission } from './platform/microphone.ts'
import { RelayCredentials } from './platform/relay.ts'
import { SipPhone } from './platform/sip-phone.ts'
import { openTab, type Tab } from './platform/tab.ts'
import { type ToneSettings, Tones } from './platform/tones.ts'
import { Dialler } from './state/dialler.ts'
import { Live } from './state/live.ts'
import { Cell, type Readable } from './state/observable.ts'
import { Phone } from './state/phone.ts'
import { PreferenceBook } from './state/preferences.ts'

const PREFERENCES_KEY = 'rufwerk.preferences'
const FRESH_MS = 30_000
/** After a loss of the server its lists are asked for within this time; phones and calls come first. */
const REFRESH_MS_MAX = 3_000

export interface Services {
  readonly queries: QueryClient
  readonly preferences: PreferenceBook
  readonly dialler: Dialler
  readonly phone: Phone
  readonly tones: Tones
  readonly live: Live
  readonly devices: AudioDeviceList
  readonly microphone: Readable<MicrophonePermission>
  /** Connects for a person who is signed in, until disposed. */
  connect(session: Session): Disposable
}

/** Local storage may be switched off; then preferences last as long as the page. */
function openStore(): { read(): string | null; write(text: string): void } {
  try {
    const { localStorage } = globalThis
    localStorage.getItem(PREFERENCES_KEY)
    return {
      read: () => localStorage.getItem(PREFERENCES_KEY),
      write: (text) => localStorage.setItem(PREFERENCES_KEY, text),
    }
  } catch {
    return { read: () => null, write: () => undefined }
  }
}

/** Nothing is read before the phone is registered, or written before a call: by then the tab is open. */
class TabOfPage {
  readonly opened = openTab({
    storage: () => sessionStorage,
    locks: navigator.locks as LockManager | undefined,
    randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
  }).then((tab) => {
    this.#tab = tab
    return tab
  })
  #tab: Tab | undefined

  read(): string | null {
    return this.#tab?.read() ?? null
  }

  write(text: string): void {
    this.#tab?.write(text)
  }
}

function openQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        refetchOnWindowFocus: false,
        retry: (count, error) => error instanceof RequestFailed && error.code === 'offline' && count < 2,
      },
    },
  })
}

export function createServices(): Services {
  const queries = openQueries()
  const preferences = new PreferenceBook(openStore())
  const country = new Cell<'de' | 'us'>('de')
  const tones = new Tones(toneSettings(preferences, 'de'))
  const onSignedOut = (): void => {
    queries.setQueryData(['session'], null)
  }
  const newId = (): string => crypto.getRandomValues(new Uint32Array(4)).join('-')
  const tab = new TabOfPage()
  const telephone = new SipPhone({
    origin: location.origin,
    fetchTicket: api.phoneTicket,
    relay: new RelayCredentials({
      hostname: location.hostname,
      fetchRelay: api.phoneRelay,
      nowMs: Date.now,
    }),
    tab: () => tab.opened,
    onSignedOut,
    devices: () => preferences.current.get(),
    newId,
  })
  const phone = new Phone({
    telephone,
    memory: tab,
    sound: tones,
    newId,
    now: () => Date.now(),
    after: (delayMs, callback) => setTimeout(callback, delayMs),
  })
  const live = new Live(
    (list) => {
      queries.invalidateQueries({ queryKey: [list] }).catch(() => undefined)
    },
    (work) => setTimeout(work, Math.random() * REFRESH_MS_MAX),
  )

  followPreferences(preferences, country, tones, telephone)
  return {
    queries,
    preferences,
    dialler: new Dialler(),
    phone,
    tones,
    live,
    devices: new AudioDeviceList(),
    microphone: watchMicrophonePermission(),
    connect(session) {
      country.set(session.tenant.country)
      if (preferences.current.get().language === undefined) {
        switchLanguage(session.language).catch(() => undefined)
      }
      const socket = openLiveSocket(location.origin, {
        onConnected: () => live.onConnected(),
        onLost: () => live.onLost(),
        onMessage: (message) => live.onMessage(message),
        onSignedOut,
      })
      if (session.hasTelephony) phone.start()
      return {
        [Symbol.dispose]: () => {
          socket[Symbol.dispose]()
          phone.stop()
        },
      }
    },
  }
}

function toneSettings(preferences: PreferenceBook, country: 'de' | 'us'): ToneSettings {
  const { speaker, ringDevice, ringVolume } = preferences.current.get()
  return { country, speaker, ringDevice, ringVolume }
}

/** Lets sounds, calls and the look follow what the person chooses. */
function followPreferences(
  preferences: PreferenceBook,
  country: Readable<'de' | 'us'>,
  tones: Tones,
  telephone: SipPhone,
): void {
  let used = preferences.current.get()
  const follow = (): void => {
    const next = preferences.current.get()
    tones.set(toneSettings(preferences, country.get()))
    if (next.speaker !== used.speaker) telephone.setSpeaker(next.speaker)
    if (next.microphone !== used.microphone) telephone.setMicrophone(next.microphone)
    if (next.language && next.language !== used.language) switchLanguage(next.language).catch(() => undefined)
    used = next
    applyTheme(next.theme)
  }
  preferences.current.subscribe(follow)
  // Told to all tabs but the one that wrote.
  addEventListener('storage', ({ key }) => {
    if (key === PREFERENCES_KEY) preferences.reread()
  })
  country.subscribe(follow)
  follow()
}

function applyTheme(theme: 'system' | 'light' | 'dark'): void {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset.theme
  else root.dataset.theme = theme
}
