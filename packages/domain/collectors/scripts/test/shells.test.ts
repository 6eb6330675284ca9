// The scripts as texts: what the checkers of others say of them, what must not stand in them, and the one
// command that uses the network.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { Disk, run, SHELLS } from './disk.ts'

const SCRIPT = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
/** What a person reads in five minutes, with what is said of a line in it. */
const LINES_MAX = 400

const NOT_WANTED =
  /\beval\b|\bsource\b|^\s*\. |\bwget\b|\bnc\b|\/dev\/tcp|ztcp|zmodload|\bssh\b|\bsudo\b|\bchmod\b|\bmktemp\b|\bpkill\b|\bkillall\b|\bmv\b/m

const withoutComments = (text: string) =>
  text
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')

for (const name of ['collect.sh', 'remove.sh'])
  test(`COL-S9: ${name} has nothing that shellcheck finds`, () => {
    using disk = new Disk()
    const check = (script: string) => run(['shellcheck', '--shell=sh', '--norc'], [script])
    const ended = check(disk.script(name))
    assert.equal(ended.stdout + ended.stderr, '')
    assert.equal(ended.status, 0)
    // The twin: it finds a variable that is not quoted.
    assert.match(check(disk.script(name, (text) => `${text}\nrm -f $root\n`)).stdout, /SC2086/)
  })

for (const name of ['collect.sh', 'collect.zsh', 'remove.sh', 'remove.zsh'])
  test(`COL-S10: ${name} is short, is ASCII, interprets no text, and acts in one place`, () => {
    const text = SCRIPT(name)
    assert(text.split('\n').length <= LINES_MAX)
    assert.match(text, /^[\x20-\x7e\n]*$/)
    assert.doesNotMatch(text, /sudo \w+=/, 'what stands behind sudo is on a command line')
    const code = withoutComments(text)
    assert.doesNotMatch(code, NOT_WANTED)
    const isLooking = name.startsWith('collect')
    assert.equal(code.match(/\bcurl\b/g)?.length ?? 0, isLooking ? 1 : 0)
    assert.equal(code.match(/\brm\b/g)?.length ?? 0, isLooking ? 0 : 1)
    assert.equal(code.match(/\bkill\b/g)?.length ?? 0, isLooking ? 0 : 2)
  })

for (const shell of ['dash', 'zsh'] as const)
  test(`COL-S11: ${shell} sends the report with the token, which stands on no command line`, async () => {
    using disk = new Disk()
    const token = 'once-4711-token'
    const heard: { authorization?: string; body?: string; lines?: string } = {}
    const server = createServer((request, response) => {
      heard.authorization = request.headers.authorization
      heard.lines = readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map((name) => commandLine(name))
        .join('\n')
      const pieces: Buffer[] = []
      request.on('data', (piece: Buffer) => pieces.push(piece))
      request.on('end', () => {
        heard.body = Buffer.concat(pieces).toString()
        response.end('ok')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/reports`
    const { command, script: ending } = SHELLS[shell]
    const script = disk.script(`collect.${ending}`, (text) =>
      text.replace("SERVER=''", `SERVER='${address}'`),
    )
    const args = [script, '--root', disk.root, '--name', 'laptop-7']
    const child = spawn(command[0], [...command.slice(1), ...args, '--upload'], {
      env: { RUFWERK_TOKEN: token },
      stdio: 'ignore',
    })
    const [status] = (await once(child, 'exit')) as [number]
    server.close()
    assert.equal(status, 0)
    assert.equal(heard.authorization, `Bearer ${token}`)
    assert.match(heard.lines ?? '', /curl/)
    assert.doesNotMatch(heard.lines ?? '', new RegExp(token))
    const said = run(command, args).stdout
    const still = (text = '') => text.replace(/"takenAt":\d+/, '')
    assert.equal(still(heard.body), still(said))
  })

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return '' // It has ended since.
  }
}
