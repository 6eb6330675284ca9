// Where the hosts in URIs, Via and descriptions lie. What is no IP address is neither public nor private.
import { neighbourhood, plainHost } from '@rufwerk/core/ip-address'

/** This machine, by address or name. */
export function isLoopback(host: string): boolean {
  return plainHost(host) === 'localhost' || neighbourhood(host) === 'loopback'
}

/** An address that the Internet does not lead to. */
export function isPrivate(host: string): boolean {
  const where = neighbourhood(host)
  return where === 'private' || where === 'loopback'
}

/** An address of the Internet. */
export function isPublic(host: string): boolean {
  return neighbourhood(host) === 'public'
}
