// What every file of page tests begins with: a server of its own, one browser, and the pages in it.
import { after, afterEach, before } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { FakeServer } from './fake-server.ts'
import { Seats } from './seats.ts'

export interface Stage {
  readonly server: FakeServer
  readonly seats: Seats
}

/** Its members are there once tests run. `port`: of no other file, because they run at the same time. */
export function stageAt(port: number): Stage {
  let server: FakeServer | undefined
  let browser: Browser | undefined
  let seats: Seats | undefined
  before(async () => {
    server = await new FakeServer().listen(port)
    browser = await openBrowser()
    seats = new Seats(browser)
  })
  afterEach(() => seats?.clear())
  after(async () => {
    await browser?.close()
    await server?.close()
  })
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the stage is set before the first test, not before')
    return part
  }
  return {
    get server() {
      return there(server)
    },
    get seats() {
      return there(seats)
    },
  }
}
