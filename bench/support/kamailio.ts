// Kamailio as the peer: registrar and stateful proxy on loopback, UDP, two worker processes, digest from a
// static rule (password = user name + "pw"), locations in memory.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CORE_UNDER_TEST, pause, startProgram } from './program.ts'
import type { SipUser } from './sipp.ts'

const MODULES = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils', 'usrloc', 'registrar', 'auth']

function configuration(port: number): string {
  return `#!KAMAILIO
debug=-1
log_stderror=yes
fork=yes
children=2
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
${MODULES.map((module) => `loadmodule "${module}.so"`).join('\n')}
modparam("usrloc","db_mode",0)
modparam("registrar","default_expires",600)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483","Too Many Hops"); exit; }
  force_rport();
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404","Not here"); exit;
  }
  t_check_trans();
  $var(pw) = $fU + "pw";
  if (is_method("REGISTER")) {
    if (!pv_auth_check("$td", "$var(pw)", "0", "1")) { auth_challenge("$td","1"); exit; }
    save("location"); exit;
  }
  if (is_method("INVITE")) {
    record_route();
    if (!pv_auth_check("$fd", "$var(pw)", "0", "1")) { auth_challenge("$fd","1"); exit; }
    consume_credentials();
  }
  if (!lookup("location")) { sl_send_reply("404","Not Found"); exit; }
  t_relay();
}
`
}

export interface Kamailio extends AsyncDisposable {
  readonly pid: number
  readonly port: number
  readonly users: (count: number) => SipUser[]
  /** What it wrote so far. */
  log(): string
}

export async function startKamailio(port: number): Promise<Kamailio> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-kamailio-'))
  const config = join(folder, 'kamailio.cfg')
  writeFileSync(config, configuration(port))
  const args = ['-DD', '-E', '-f', config, '-P', join(folder, 'kam.pid'), '-Y', folder, '-m', '64', '-M', '8']
  const program = startProgram('kamailio', args, { core: CORE_UNDER_TEST })
  const early = await Promise.race([program.ended, pause(1500)])
  if (typeof early === 'number') throw new Error(`kamailio did not start:\n${program.output()}`)
  return {
    pid: program.pid,
    port,
    users: (count) => Array.from({ length: count }, (_, at) => ({ name: `u${at}`, password: `u${at}pw` })),
    log: () => program.output(),
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
