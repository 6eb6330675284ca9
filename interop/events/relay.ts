// Kamailio as a relay between a phone and Rufwerk: it records a route and passes all on (RFC 3261 §16).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from '../support/child.ts'
import { freePorts } from '../support/ports.ts'
import { openUdp, readMessage } from '../support/raw-sip.ts'
import { until } from '../support/wait.ts'

const MODULES = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils']

export interface Relay {
  readonly port: number
  stop(): Promise<void>
}

/** Passes on what comes without a route of its own to `serverPort` of this machine. */
export async function startRelay(serverPort: number): Promise<Relay> {
  const port = await freePorts(1)
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-relay-'))
  const config = join(folder, 'kamailio.cfg')
  writeFileSync(config, configText(port, serverPort))
  const args = ['-DD', '-E', '-f', config, '-P', join(folder, 'kam.pid'), '-Y', folder, '-m', '64', '-M', '8']
  const child = new Child('/usr/sbin/kamailio', args)
  const stop = async (): Promise<void> => {
    await child.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await passesOn(port)
  } catch (error) {
    await stop()
    throw new Error(`${error}\n${child.output.slice(-2000)}`)
  }
  return { port, stop }
}

/** Until a request comes back with the answer of the server behind it. */
async function passesOn(port: number): Promise<void> {
  const socket = await openUdp('127.0.0.1')
  let isAnswered = false
  socket.on('message', (bytes) => {
    isAnswered ||= readMessage(bytes).status === 200
  })
  let count = 0
  try {
    await until('an answer through Kamailio', () => {
      count += 1
      const own = `127.0.0.1:${socket.address().port}`
      const lines = ['OPTIONS sip:127.0.0.1 SIP/2.0', `Via: SIP/2.0/UDP ${own};branch=z9hG4bKr${count};rport`]
      lines.push('Max-Forwards: 70', 'From: <sip:r@127.0.0.1>;tag=r', 'To: <sip:127.0.0.1>')
      lines.push(`Call-ID: relay${count}`, 'CSeq: 1 OPTIONS', 'Content-Length: 0')
      socket.send(`${lines.join('\r\n')}\r\n\r\n`, port, '127.0.0.1')
      return isAnswered
    })
  } finally {
    socket.close()
  }
}

function configText(port: number, serverPort: number): string {
  return `#!KAMAILIO
debug=-1
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
${MODULES.map((module) => `loadmodule "${module}.so"`).join('\n')}
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  force_rport();
  if (has_totag()) {
    if (!loose_route()) { sl_send_reply("404", "Not here"); exit; }
    t_relay();
    exit;
  }
  record_route();
  $du = "sip:127.0.0.1:${serverPort}";
  t_relay();
}
`
}
