// The versions and ciphers of every TLS connection of ours (RFC 9325): what both ends of the last ten years
// have, with forward secrecy and authenticated encryption.
import { constants } from 'node:crypto'

const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ...['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':')

/** Options for contexts, servers and clients of node:tls. */
export const TLS_RULES = {
  minVersion: 'TLSv1.2',
  ciphers: CIPHERS,
  // TLS 1.2 would let a peer ask for one costly handshake after the other on the same connection.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const
