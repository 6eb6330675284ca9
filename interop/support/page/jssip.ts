// Runs inside the page: a second phone of the session on the JsSIP that the page is served, for what the page
// has no buttons for. Must not refer to anything outside the function: it travels as text.

export interface PageTransfer {
  /** Where JsSIP is served. */
  readonly library: string
  /** Whom it calls. */
  readonly numbers: readonly [string, string]
}

interface Session {
  on(event: string, listener: (told: { originator?: string; cause?: string }) => void): void
  refer(target: string, options: { replaces: Session }): { on(event: string, listener: () => void): void }
  hold(): boolean
}

interface Agent {
  on(event: 'registered', listener: () => void): void
  start(): void
  call(target: string, options: object): Session
}

/** What JsSIP wants below itself, and sets. */
interface Socket {
  onconnect: () => void
  ondisconnect: () => void
  ondata: (data: string) => void
  readonly [more: string]: unknown
}

interface PageWorld {
  readonly location: { readonly host: string }
  readonly WebSocket: new (
    url: string,
    protocols: string[],
  ) => {
    send(text: string): void
    close(): void
    onopen: () => void
    onmessage: (event: { data: string }) => void
  }
}

/** Calls both, then leads the first one to the second (RFC 5589); what was told, in order. */
export async function transferInPage({ library, numbers }: PageTransfer): Promise<string[]> {
  const world = globalThis as unknown as PageWorld
  const { default: jssip } = (await import(`${library}`)) as {
    default: { UA: new (options: object) => Agent }
  }
  const answer = await fetch('/api/v1/phone/ticket', { method: 'POST' })
  const { ticket, sipUri } = (await answer.json()) as { ticket: string; sipUri: string }
  const { host } = world.location
  const open = new world.WebSocket(`ws://${host}/sip`, ['sip', `ticket.${ticket}`])
  const socket: Socket = {
    url: `ws://${host}/sip`,
    sip_uri: `sip:${host};transport=ws`,
    via_transport: 'WS',
    onconnect: () => {},
    ondisconnect: () => {},
    ondata: () => {},
    connect() {
      open.onmessage = ({ data }) => socket.ondata(data)
      open.onopen = () => socket.onconnect()
    },
    disconnect: () => open.close(),
    send: (text: string) => {
      open.send(text)
      return true
    },
    isConnected: () => true,
    isConnecting: () => false,
  }
  const [, name = ''] = /^sip:([^@]+)@/.exec(sipUri) ?? []
  const agent = new jssip.UA({
    sockets: socket,
    uri: sipUri,
    contact_uri: `sip:${name}@transfers.invalid;transport=ws`,
    session_timers: false,
  })
  await new Promise<void>((resolve) => {
    agent.on('registered', resolve)
    agent.start()
  })
  const told: string[] = []
  const talk = (number: string): Promise<Session> =>
    new Promise((resolve, reject) => {
      const session = agent.call(`sip:${number}@${host}`, { mediaConstraints: { audio: true, video: false } })
      session.on('confirmed', () => resolve(session))
      session.on('failed', ({ cause }) => reject(new Error(`${number}: ${cause}`)))
      session.on('ended', ({ originator }) => told.push(`${number} ended by ${originator}`))
    })
  const first = await talk(numbers[0])
  first.hold()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const second = await talk(numbers[1])
  const referral = first.refer(`sip:${numbers[1]}@${host}`, { replaces: second })
  for (const event of ['requestSucceeded', 'requestFailed', 'trying', 'progress', 'accepted', 'failed'])
    referral.on(event, () => told.push(event))
  for (let wait = 0; wait < 50 && told.filter((line) => line.includes('ended')).length < 2; wait += 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
  return told
}
