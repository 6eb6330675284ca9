// Proxies: squid's own format, and the one that squid, Apache and nginx call combined.

import { visitEvent } from './events.ts'
import { type LineRead, type LogFormat, NOT_UNDERSTOOD, told } from './format.ts'
import { epochTime, wordTime } from './time.ts'

export const SQUID: LogFormat = { name: 'squid', read: readSquid }
export const COMBINED: LogFormat = { name: 'combined', read: readCombined }

/** `1679990000.123 345 10.0.0.5 TCP_MISS/200 1234 GET http://a.example/b anna HIER_DIRECT/192.0.2.1 text/html` */
function readSquid(line: string): LineRead {
  const [seconds = '', elapsed = '', client, result = '', bytes = '', method, url, user, peer = ''] = line
    .trim()
    .split(/\s+/)
  const time = epochTime(seconds)
  const status = /^[A-Z_]+\/(\d{3})$/.exec(result)?.[1]
  const isNumbers = /^-?\d{1,12}$/.test(elapsed) && /^-?\d{1,15}$/.test(bytes)
  if (time === undefined || status === undefined || !isNumbers || url === undefined) return NOT_UNDERSTOOD
  const server = peer.slice(peer.indexOf('/') + 1)
  return told(visitEvent({ time, client, user, method, url, status, server }))
}

const COMBINED_LINE =
  /^(\S+) \S+ (\S+) \[([^\]]{1,40})\] "([^"\\]*(?:\\.[^"\\]*)*)" (\d{3}|-) (?:\d+|-)(?: "[^"\\]*(?:\\.[^"\\]*)*" "([^"\\]*(?:\\.[^"\\]*)*)")?/

/** `10.0.0.5 - anna [28/Mar/2023:10:00:00 +0200] "GET http://a.example/b HTTP/1.1" 200 1234 "-" "Mozilla/5.0"` */
function readCombined(line: string): LineRead {
  const match = COMBINED_LINE.exec(line)
  const [, client, user, said = '', request = '', status, agent] = match ?? []
  const time = wordTime(said)
  if (time === undefined) return NOT_UNDERSTOOD
  const [method, url] = request.split(' ')
  return told(visitEvent({ time, client, user, method, url, status, agent }))
}
