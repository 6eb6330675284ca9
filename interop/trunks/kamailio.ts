// Kamailio as carrier: registrar and proxy with a recorded route on loopback, over UDP. The password of its
// customers is the user name with "pw" behind it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Child } from '../support/child.ts'
import { freePorts } from '../support/ports.ts'
import type { PhoneAccount } from '../support/server.ts'

const MODULES = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils', 'usrloc', 'registrar', 'auth']

export interface KamailioCarrier {
  readonly port: number
  customer(name: string): PhoneAccount
  stop(): Promise<void>
}

export async function startKamailio(): Promise<KamailioCarrier> {
  const port = await freePorts(1)
  const folder = mkdtempSync(join(tmpdir(), 'rufwerk-kamailio-'))
  const config = join(folder, 'kamailio.cfg')
  writeFileSync(config, configText(port))
  const args = ['-DD', '-E', '-f', config, '-P', join(folder, 'kam.pid'), '-Y', folder, '-m', '64', '-M', '8']
  const child = new Child('/usr/sbin/kamailio', args)
  return {
    port,
    customer: (sipName) => ({ sipName, password: `${sipName}pw`, server: '127.0.0.1', port }),
    async stop() {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configText(port: number): string {
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
modparam("usrloc","db_mode",0)
modparam("registrar","default_expires",600)
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  force_rport();
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
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
  t_relay();
}
`
}
