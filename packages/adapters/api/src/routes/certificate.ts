// GET /certificate.
import { Certificate } from '@rufwerk/contract'
import { fail, ok } from '@rufwerk/core'
import type { ApiPorts } from '../ports.ts'
import { openRoute, type Route } from '../route.ts'

export function certificateRoutes({ certificates, settings }: ApiPorts): readonly Route[] {
  return [
    openRoute({
      name: 'certificate',
      method: 'get',
      path: '/certificate',
      summary: 'Which certificate does this server show, and whom must a device trust?',
      // Every TLS handshake shows as much.
      access: 'anyone',
      status: 200,
      answer: Certificate,
      refusals: ['not-found'],
      run: async () => {
        const state = certificates?.state()
        if (certificates === undefined || state === undefined) return fail({ code: 'not-found' })
        const { tlsPort } = settings.phoneServer
        const authority = state.source === 'local' ? certificates.authority() : undefined
        return ok({
          ...state,
          names: state.names.split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, '')),
          ...(authority && {
            authority: { fingerprint: authority.fingerprint, notAfter: authority.notAfter },
          }),
          ...(tlsPort !== undefined && { sipTlsPort: tlsPort }),
        })
      },
    }),
  ]
}
