// Kamailio as a peer of tests and measurements, on loopback over UDP: what it does is told by its route, how
// it is started is the same for all. The programs that start it differ, so only its arguments are made here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const KAMAILIO = '/usr/sbin/kamailio'
const MODULES = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils', 'usrloc', 'registrar', 'auth']

/** What it does with requests, in its own language. */
export interface KamailioRoute {
  readonly text: string
}

/** Registrar and proxy that records its route. The password of everybody is the user name and "pw". */
export const REGISTRAR: KamailioRoute = {
  text: `  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("404", "Not here");
    exit;
  }
  t_check_trans();
  $var(pw) = $fU + "pw";
  if (is_method("REGISTER")) {
    if (!pv_auth_check("$td", "$var(pw)", "0", "1")) { auth_challenge("$td", "1"); exit; }
    save("location");
    exit;
  }
  if (is_method("INVITE")) {
    record_route();
    if (!pv_auth_check("$fd", "$var(pw)", "0", "1")) { auth_challenge("$fd", "1"); exit; }
    consume_credentials();
  }
  if (!lookup("location")) { sl_send_reply("404", "Not Found"); exit; }
  t_relay();`,
}

/** Passes on what has no route of its own to a port of this machine, and records its route. */
export function relayTo(serverPort: number): KamailioRoute {
  return {
    text: `  if (has_totag()) {
    if (!loose_route()) { sl_send_reply("404", "Not here"); exit; }
    t_relay();
    exit;
  }
  record_route();
  $du = "sip:127.0.0.1:${serverPort}";
  t_relay();`,
  }
}

export interface PreparedKamailio {
  readonly args: readonly string[]
  /** After its end. */
  remove(): void
}

/** Writes its configuration into a folder of its own. `children`: processes that handle messages. */
export function prepareKamailio(port: number, children: number, route: KamailioRoute): PreparedKamailio {
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-kamailio-'))
  const config = join(folder, 'kamailio.cfg')
  writeFileSync(config, configText(port, children, route))
  const args = ['-DD', '-E', '-f', config, '-P', join(folder, 'kam.pid'), '-Y', folder, '-m', '64', '-M', '8']
  return { args, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function configText(port: number, children: number, { text }: KamailioRoute): string {
  return `#!KAMAILIO
debug=-1
log_stderror=yes
fork=yes
children=${children}
disable_tcp=yes
auto_aliases=no
listen=udp:127.0.0.1:${port}
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
${MODULES.map((module) => `loadmodule "${module}.so"`).join('\n')}
modparam("usrloc","db_mode",0)
modparam("registrar","default_expires",600)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  force_rport();
${text}
}
`
}
