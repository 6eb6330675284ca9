// Kamailio as carrier: registrar and proxy with a recorded route on loopback, over UDP. The password of its
// customers is the user name with "pw" behind it.
import { KAMAILIO, prepareKamailio, REGISTRAR } from '@rufwerk/testing/kamailio'
import { Child } from '../support/child.ts'
import { freePorts } from '../support/ports.ts'
import type { PhoneAccount } from '../support/server.ts'

export interface KamailioCarrier {
  readonly port: number
  customer(name: string): PhoneAccount
  stop(): Promise<void>
}

export async function startKamailio(): Promise<KamailioCarrier> {
  const port = await freePorts(1)
  const prepared = prepareKamailio(port, 1, REGISTRAR)
  const child = new Child(KAMAILIO, prepared.args)
  return {
    port,
    customer: (sipName) => ({ sipName, password: `${sipName}pw`, server: '127.0.0.1', port }),
    async stop() {
      await child.stop()
      prepared.remove()
    },
  }
}
