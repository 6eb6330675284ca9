// The load as call control of a media process: connects to its socket and asks.
import type { Command, Reply } from '@rufwerk/media-control'
import { connectMediaSocket } from '@rufwerk/testing/media-socket'

export type Ask = <Type extends Reply['type']>(
  command: Command,
  type: Type,
) => Promise<Extract<Reply, { type: Type }>>

/** Ends this process when the media process is lost. */
export async function connectMedia(socketPath: string): Promise<Ask> {
  const client = connectMediaSocket(socketPath, {
    onDead: (why) => {
      process.stderr.write(`media process lost: ${why}\n`)
      process.exit(1)
    },
  })
  const hello = await client.hello(1)
  if (hello.type !== 'hello') throw new Error(JSON.stringify(hello))
  return async <Type extends Reply['type']>(command: Command, type: Type) => {
    const reply = await client.command(command)
    if (reply.type !== type) throw new Error(`${command.type}: ${JSON.stringify(reply)}`)
    return reply as Extract<Reply, { type: Type }>
  }
}

/** An RTP header without extensions. */
export function rtpHeader(payloadType: number, sequence: number, rtpTime: number, ssrc: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes[0] = 0x80
  bytes[1] = payloadType
  bytes.writeUInt16BE(sequence & 0xffff, 2)
  bytes.writeUInt32BE(rtpTime >>> 0, 4)
  bytes.writeUInt32BE(ssrc, 8)
  return bytes
}
