// baresip as a desk phone: one process per phone with a folder of its own, controlled over TCP, its
// microphone a tone, and both directions recorded.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from './child.ts'
import { freePorts } from './ports.ts'
import type { PhoneAccount } from './server.ts'
import { type Window, windowsOf } from './tone.ts'
import { sleep, until } from './wait.ts'
import { readWav, type Sound } from './wav.ts'

export interface PhoneOptions {
  readonly transport: 'udp' | 'tcp' | 'tls'
  /** What its microphone says, in Hz; 0 for silence. */
  readonly toneHz: number
  /** As baresip names them. */
  readonly codecs?: string
  readonly answers?: 'auto' | 'manual'
  /** SRTP as baresip names it; none unless given. */
  readonly encryption?: 'srtp' | 'srtp-mand'
  /** The address that it uses; 127.0.0.1 unless given. */
  readonly address?: string
}

/** It takes a second port beside its SIP port, and RTP and RTCP of a call. */
const PORTS = 40

interface ControlEvent {
  readonly event: true
  readonly type: string
  readonly param?: string
}

export class Baresip {
  readonly events: ControlEvent[] = []
  readonly #child: Child
  readonly #control: Socket
  readonly #folder: string
  readonly #server: string
  #replies = 0

  private constructor(child: Child, control: Socket, folder: string, server: string) {
    this.#child = child
    this.#control = control
    this.#folder = folder
    this.#server = server
    let rest: Uint8Array = new Uint8Array(0)
    control.on('data', (chunk: Buffer) => {
      rest = this.#hear(Buffer.concat([rest, chunk]))
    })
    // baresip closes the connection when it ends.
    control.on('error', () => control.destroy())
  }

  /** Starts and registers. */
  static async start(account: PhoneAccount, options: PhoneOptions): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'rufwerk-baresip-'))
    const port = await freePorts(PORTS)
    mkdirSync(join(folder, 'sound'))
    writeFileSync(join(folder, 'config'), configText(folder, port, options))
    writeFileSync(join(folder, 'accounts'), accountText(account, options))
    writeFileSync(join(folder, 'contacts'), '')
    const child = new Child('/usr/bin/baresip', ['-4', '-f', folder])
    try {
      await child.said(/baresip is ready/)
      const control = await openControl(port + 2)
      const phone = new Baresip(child, control, folder, `${account.server}:${account.port}`)
      await child.said(/200 OK|registered successfully/i)
      return phone
    } catch (error) {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
      throw new Error(`${error}\n${child.output.slice(-3000)}`)
    }
  }

  get output(): string {
    return this.#child.output
  }

  dial(number: string): void {
    this.#command('dial', `sip:${number}@${this.#server}`)
  }

  accept(): void {
    this.#command('accept')
  }

  hangUp(): void {
    this.#command('hangup')
  }

  hold(): void {
    this.#command('hold')
  }

  resume(): void {
    this.#command('resume')
  }

  /** Blindly, by REFER. */
  transfer(number: string): void {
    this.#command('transfer', `sip:${number}@${this.#server}`)
  }

  /** Presses one key for about 200 ms: RFC 4733. */
  press(key: string): void {
    this.#command('sndcode', key)
  }

  /** How many events of a type there were so far. */
  count(type: string): number {
    return this.events.filter((event) => event.type === type).length
  }

  /** Waits for an event such as CALL_ESTABLISHED, counted from the beginning. */
  async waitFor(type: string, count = 1, timeoutMs?: number): Promise<ControlEvent> {
    return until(
      `${type} of baresip`,
      () => this.events.filter((event) => event.type === type)[count - 1],
      timeoutMs,
    ).catch((error) => {
      throw new Error(
        `${error}\n${this.events.map((event) => event.type).join(' ')}\n${this.output.slice(-2000)}`,
      )
    })
  }

  /** Keys it received, in order. */
  keys(): string {
    return this.events
      .filter((event) => event.type === 'CALL_DTMF_START')
      .map((event) => event.param ?? '')
      .join('')
  }

  /** What it heard in its latest call so far. */
  heard(): Sound {
    return this.#recording()
  }

  /** What it hears in its latest call from now on for so long. */
  async listen(durationMs: number): Promise<Window[]> {
    const from = this.heard().samples.length
    await sleep(durationMs)
    const { rate, samples } = this.heard()
    return windowsOf({ rate, samples: samples.subarray(from) })
  }

  /**
   * RTP packets that reached it in its latest call, once that is over. For the moments when its recording
   * stands still: this version does not decode any more after it put a call on hold itself and resumed it,
   * also when two of them talk without anything between.
   */
  packetsReceived(): number {
    const [, received] = [...this.output.matchAll(/packets:\s+\d+\s+(\d+)/g)].at(-1) ?? []
    return Number(received ?? 0)
  }

  async stop(): Promise<void> {
    this.#control.destroy()
    await this.#child.stop()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #recording(): Sound {
    const folder = join(this.#folder, 'sound')
    const file = readdirSync(folder)
      .filter((name) => name.endsWith('-dec.wav'))
      .sort()
      .at(-1)
    if (!file) throw new Error(`baresip recorded nothing:\n${this.output.slice(-2000)}`)
    return readWav(join(folder, file))
  }

  #command(command: string, params = ''): void {
    const token = String(++this.#replies)
    const text = JSON.stringify({ command, params, token })
    this.#control.write(`${Buffer.byteLength(text)}:${text},`)
  }

  /** Takes whole netstrings off the front; returns what is left. */
  #hear(bytes: Buffer): Uint8Array {
    let rest = bytes
    for (;;) {
      const colon = rest.indexOf(':')
      if (colon < 0) return rest
      const length = Number(rest.toString('latin1', 0, colon))
      if (rest.length < colon + 1 + length + 1) return rest
      const message = JSON.parse(rest.toString('utf8', colon + 1, colon + 1 + length))
      if (message.event === true) this.events.push(message)
      rest = rest.subarray(colon + 1 + length + 1)
    }
  }
}

function openControl(port: number): Promise<Socket> {
  return until('the control port of baresip', () => {
    return new Promise<Socket | undefined>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(socket))
      socket.once('error', () => resolve(undefined))
    })
  })
}

function accountText(account: PhoneAccount, options: PhoneOptions): string {
  const { transport, codecs = 'PCMA/8000/1', answers = 'manual', encryption } = options
  return (
    `<sip:${account.sipName}@${account.server}:${account.port};transport=${transport}>` +
    `;auth_user=${account.sipName};auth_pass=${account.password};regint=60;answermode=${answers}` +
    `;audio_codecs=${codecs}${encryption === undefined ? '' : `;mediaenc=${encryption}`}\n`
  )
}

function configText(
  folder: string,
  port: number,
  { toneHz, transport, address = '127.0.0.1' }: PhoneOptions,
): string {
  // ausine needs two channels in this version; a silent microphone is a tone that nobody hears.
  const source = toneHz > 0 ? `ausine,${toneHz}` : 'aufile,/dev/zero'
  const modules = [
    'stdio',
    'g711',
    'g722',
    'opus',
    'ausine',
    'aufile',
    'sndfile',
    'uuid',
    'stun',
    'ice',
    'srtp',
  ]
  return [
    'poll_method epoll',
    `sip_listen ${address}:${port}`,
    `sip_trans_def ${transport}`,
    'audio_path /usr/share/baresip',
    `audio_player aufile,${join(folder, 'played.wav')}`,
    `audio_source ${source}`,
    'audio_alert aufile,/dev/null',
    'audio_level no',
    ...['ausrc_srate 48000', 'auplay_srate 48000', 'ausrc_channels 2', 'auplay_channels 1'],
    ...['ausrc_format s16', 'auplay_format s16', 'audio_channels 1'],
    `rtp_ports ${port + 10}-${port + PORTS - 1}`,
    'rtcp_mux no',
    ...['jitter_buffer_type fixed', 'jitter_buffer_delay 2-10', 'rtp_stats yes'],
    `net_interface ${address}`,
    'module_path /usr/lib/baresip/modules',
    ...modules.map((name) => `module ${name}.so`),
    'module_tmp account.so',
    ...['menu', 'contact', 'ctrl_tcp', 'debug_cmd'].map((name) => `module_app ${name}.so`),
    `ctrl_tcp_listen 127.0.0.1:${port + 2}`,
    `snd_path ${join(folder, 'sound')}`,
    '',
  ].join('\n')
}
