// What shows promise 26a: one Rufwerk is tried beside another telephone system, as one of its phones. The
// other system is a Rufwerk, too, and knows nothing of that. Calls both ways with the sound measured; the
// twin has the wrong password for that phone.
import type { Shown } from '../../tools/promises/rows.ts'
import { Baresip } from '../support/baresip.ts'
import { Server } from '../support/server.ts'
import { isHeard, SETTLE_MS, WRONG_SHARE_MAX } from '../support/sound.ts'
import { heard, loudest, type Window } from '../support/tone.ts'
import { sleep, until } from '../support/wait.ts'

const HERE_HZ = 600
const THERE_HZ = 1000
const LISTEN_MS = 3000
/** What is dialled here for the colleague there, and how it reaches the other system. */
const DIALS = '030101'
const ALARM_MS_MAX = 30_000

interface Trial {
  readonly out: Sounds | undefined
  readonly in: Sounds | undefined
  readonly alarm: string | undefined
}

interface Sounds {
  readonly here: readonly Window[]
  readonly there: readonly Window[]
}

async function trial(isRight: boolean): Promise<Trial> {
  const [here, there] = [await Server.start(), await Server.start()]
  const phones: Baresip[] = []
  try {
    // There the trial is a phone of the admin, extension 100, and a group has the number that we dial.
    const line = await there.admin.addPhone('Trial')
    const ben = await there.colleagues[0]?.id()
    const group = { kind: 'ringGroup', id: 'ben', extension: DIALS, members: [{ person: ben }] }
    const rings = { order: 'together', skipsBusy: false, memberTime: 20_000, ringTime: 20_000 }
    await there.usePlan({ flows: [{ ...group, ...rings, nobody: { to: 'busy' } }] })

    const ada = await here.admin.id()
    const trunk = {
      id: 'trial',
      country: 'de',
      areaCode: '30',
      mainNumber: '+4930555000',
      format: 'national',
    }
    const rest = { numbers: [], showsFirstCaller: false, isForEmergency: false }
    await here.usePlan({
      trunks: [{ ...trunk, ...rest, otherwise: { to: 'person', person: ada } }],
      outbound: [{ id: 'all', trunks: ['trial'] }],
      speedDial: [{ extension: '201', number: `0${DIALS.slice(1)}` }],
    })
    const reached = { profile: 'generic', domain: line.server, port: line.port, transport: 'udp' }
    const account = { account: line.sipName, password: isRight ? line.password : 'wrong', from: 'account' }
    here.useTrunks([{ id: 'trial', ...reached, ...account }])
    if (!isRight) return { out: undefined, in: undefined, alarm: await alarmOf(here) }

    const ours = await Baresip.start(await here.admin.addPhone('Ada'), { transport: 'udp', toneHz: HERE_HZ })
    phones.push(ours)
    const desk = await (there.colleagues[0] ?? there.admin).addPhone('Ben')
    const theirs = await Baresip.start(desk, { transport: 'udp', toneHz: THERE_HZ })
    phones.push(theirs)
    const out = await talk({ from: ours, to: theirs, dials: '201' }, { here: ours, there: theirs })
    const back = await talk({ from: theirs, to: ours, dials: '100' }, { here: ours, there: theirs })
    return { out, in: back, alarm: undefined }
  } finally {
    await Promise.all(phones.map((phone) => phone.stop()))
    await Promise.all([here.stop(), there.stop()])
  }
}

function alarmOf({ admin }: Server): Promise<string> {
  return until(
    'the alarm',
    async () => {
      const { alarms } = await admin.ask<{ alarms: readonly { kind: string }[] }>('GET', '/alarms')
      return alarms.find(({ kind }) => kind === 'trunk-down')?.kind
    },
    ALARM_MS_MAX,
  )
}

async function talk(
  call: { readonly from: Baresip; readonly to: Baresip; readonly dials: string },
  ends: { readonly here: Baresip; readonly there: Baresip },
): Promise<Sounds> {
  const { from, to, dials } = call
  const before = [from, to].map((phone) => phone.count('CALL_ESTABLISHED'))
  const rung = to.count('CALL_INCOMING')
  await until('a call that rings', async () => {
    from.dial(dials)
    await sleep(2000)
    return to.count('CALL_INCOMING') > rung
  })
  to.accept()
  await from.waitFor('CALL_ESTABLISHED', (before[0] ?? 0) + 1)
  await to.waitFor('CALL_ESTABLISHED', (before[1] ?? 0) + 1)
  await sleep(SETTLE_MS)
  const [here, there] = await Promise.all([ends.here.listen(LISTEN_MS), ends.there.listen(LISTEN_MS)])
  const closed = to.count('CALL_CLOSED')
  from.hangUp()
  await to.waitFor('CALL_CLOSED', closed + 1)
  return { here, there }
}

const isGood = (sounds: Sounds | undefined): boolean =>
  sounds !== undefined &&
  isHeard(heard(sounds.here, THERE_HZ)) &&
  isHeard(heard(sounds.there, HERE_HZ)) &&
  loudest(sounds.here, HERE_HZ) <= WRONG_SHARE_MAX &&
  loudest(sounds.there, THERE_HZ) <= WRONG_SHARE_MAX

const percent = (windows: readonly Window[], hertz: number) =>
  `${(heard(windows, hertz).share * 100).toFixed(0)} %`

function describe({ out, in: back, alarm }: Trial): string {
  if (alarm !== undefined) return `no call, and the alarm ${alarm}`
  const way = (name: string, sounds: Sounds | undefined) =>
    sounds === undefined
      ? `${name}: no call`
      : `${name}: here ${THERE_HZ} Hz ${percent(sounds.here, THERE_HZ)} of the time, ` +
        `there ${HERE_HZ} Hz ${percent(sounds.there, HERE_HZ)}`
  return `${way('a call there', out)}; ${way('a call from there', back)}`
}

/** It works beside another phone system, as a trunk for a trial. */
export async function row26a(): Promise<Shown> {
  const real = await trial(true)
  const twin = await trial(false)
  return {
    expected: 'a call to the other system and one from it, each end hears the other’s tone and not its own',
    observed: describe(real),
    ok: isGood(real.out) && isGood(real.in),
    twin: {
      changed: 'the password of the phone at the other system is wrong',
      observed: describe(twin),
      ok: twin.out === undefined && twin.alarm === 'trunk-down',
    },
  }
}
