// How each route is used rightly, and what of a colleague an ordinary person must not reach with it.
import assert from 'node:assert/strict'
import { type CallId, wallTime } from '@rufwerk/core'
import { EMPTY_DIAL_PLAN } from '@rufwerk/routing'
import { ATTACK_EXAMPLES } from '../admin/attacks.ts'
import { CASE_EXAMPLES } from '../admin/cases.ts'
import { FLEET_EXAMPLES } from '../admin/fleet.ts'
import { FLEET_WORK_EXAMPLES } from '../admin/fleet-work.ts'
import { SEARCH_EXAMPLES } from '../admin/searches.ts'
import { GOOD_PASSWORD, recordOf, type Staffed } from '../office.ts'
import { ROOM_EXAMPLES } from '../rooms/examples.ts'
import { TRUNK_EXAMPLES } from '../trunks/examples.ts'

/** Who may use a route. */
type Access = 'anyone' | 'person' | 'admin'

/** How to use a route rightly: by the admin of a company that is set up, unless it says otherwise. */
export interface Example {
  /** Said here again, so that a route cannot open itself by mistake. */
  readonly access: Access
  readonly id?: (office: Staffed) => string | Promise<string>
  readonly body?: object
  readonly query?: string
  /** There is a version of the dial plan before. */
  readonly isPlanned?: boolean
  /** Something of a colleague that an ordinary person must not reach: an id, a query or a body. */
  readonly ofColleague?: (office: Staffed) => Promise<{ id?: string; query?: string; body?: object }>
}

export const setup = {
  language: 'de',
  company: 'Muster GmbH',
  country: 'de',
  admin: { name: 'Mia Muster', email: 'mia@muster.example', password: GOOD_PASSWORD, extension: '100' },
  colleagues: [{ name: 'Anna', extension: '101' }],
}

/** Whom nobody owns is reached by PIN. */
const sharedBox = { name: 'Service', kind: 'shared', owners: [] }

export const actor = ({ admin }: Staffed) => ({ tenant: admin.person.tenant, person: admin.person.id })

export async function applyOnePlan(office: Staffed): Promise<void> {
  const plan = { ...EMPTY_DIAL_PLAN, codes: [] }
  const applied = await office.ports.dialPlans?.book.change(actor(office), { expected: 0, plan })
  assert.ok(applied?.ok)
}

/** A phone of the colleague: another one as long as there is room, then the last one. */
const phoneOf = async (office: Staffed): Promise<string> => {
  const known = office.world.accounts
    .directoryOf(office.admin.person.tenant)
    ?.devicesOf.get(office.colleague.id)
  if (known !== undefined && known.length > 4) return known.at(-1)?.id ?? ''
  const phone = { person: office.colleague.id, name: 'Tisch' }
  const created = await office.world.accounts.createPhone(actor(office), phone)
  assert.ok(created.ok)
  return created.value.device.id
}

const callOf = (office: Staffed): string => {
  office.records.push(recordOf(office.admin.person, office.colleague))
  return 'call-1'
}

const holdOf = async (office: Staffed): Promise<string> => {
  const { tenant, person } = actor(office)
  const hold = { id: 'hold-1', tenant, at: wallTime(1), by: person, reason: 'x', call: 'call-1' as CallId }
  await office.kept.holds.add(hold)
  return hold.id
}

const recordingOf = (whose: 'admin' | 'user') => (office: Staffed) =>
  office.recorded.add(office.admin.person.tenant, [office[whose].person.id])
const recordingOfColleague = async ({ recorded, admin, colleague }: Staffed) => ({
  id: await recorded.add(admin.person.tenant, [colleague.id]),
})

const CONFIGURATION = { format: 'rufwerk-configuration', version: 1, sections: {} }

export const EXAMPLES: Readonly<Record<string, Example>> = {
  health: { access: 'anyone' },
  certificate: { access: 'anyone' },
  setupState: { access: 'anyone' },
  setUp: { access: 'anyone', body: { ...setup, token: 'x'.repeat(43) } },
  signIn: { access: 'anyone', body: { login: '200', password: GOOD_PASSWORD } },
  signInByLink: { access: 'anyone' },
  session: { access: 'person' },
  signOut: { access: 'person' },
  changePassword: { access: 'person', body: { newPassword: 'ein langes neues Kennwort' } },
  ownPlace: { access: 'person' },
  ownState: { access: 'person' },
  setOwnState: { access: 'person', body: { state: 'away' } },
  ownForwarding: { access: 'person' },
  setOwnForwarding: { access: 'person', body: { to: '101' } },
  removeOwnForwarding: { access: 'person' },
  people: { access: 'person' },
  addPerson: { access: 'admin', body: { name: 'Neu', extension: '150' } },
  createSignInLink: {
    access: 'person',
    id: ({ colleague }) => colleague.id,
    ofColleague: async ({ colleague }) => ({ id: colleague.id }),
  },
  devices: { access: 'person', ofColleague: async ({ colleague }) => ({ query: `?person=${colleague.id}` }) },
  createPhone: {
    access: 'person',
    body: { kind: 'phone', name: 'Tisch' },
    ofColleague: async ({ colleague }) => ({ body: { kind: 'phone', name: 'x', person: colleague.id } }),
  },
  changePhone: {
    access: 'person',
    id: phoneOf,
    body: { srtp: 'required' },
    ofColleague: async (office) => ({ id: await phoneOf(office), body: { srtp: 'off' } }),
  },
  removeDevice: {
    access: 'person',
    id: phoneOf,
    ofColleague: async (office) => ({ id: await phoneOf(office) }),
  },
  calls: { access: 'person' },
  call: {
    access: 'person',
    id: callOf,
    ofColleague: async (office) => {
      office.records.push(recordOf(office.admin.person, office.colleague, 'call-9'))
      return { id: 'call-9' }
    },
  },
  phoneTicket: { access: 'person' },
  alarms: { access: 'admin' },
  callTrace: { access: 'admin', id: callOf, ofColleague: async (office) => ({ id: callOf(office) }) },
  switchTrace: { access: 'admin', body: { isOn: true } },
  drain: { access: 'admin', body: { seconds: 5 } },
  dialPlan: { access: 'admin' },
  dialPlanVersions: { access: 'admin' },
  dialPlanDiff: { access: 'admin', query: '?from=0&to=0' },
  checkDialPlan: { access: 'admin', body: { plan: EMPTY_DIAL_PLAN } },
  changeDialPlan: { access: 'admin', body: { expected: 0, plan: EMPTY_DIAL_PLAN } },
  answerNewCodes: { access: 'admin', body: { expected: 0, add: [] } },
  rollBackDialPlan: { access: 'admin', body: { expected: 1 }, isPlanned: true },
  route: {
    access: 'admin',
    body: { caller: { from: 'trunk', trunk: 'main' }, dialled: '030123456' },
    ofColleague: async ({ colleague }) => ({
      body: { caller: { from: 'inside', person: colleague.id }, dialled: '100' },
    }),
  },
  phoneRelay: { access: 'person' },
  queues: { access: 'admin' },
  createQueue: { access: 'admin', body: { queue: 'second', name: 'Second', members: [] } },
  changeQueue: {
    access: 'admin',
    id: () => 'sales',
    body: { queue: 'sales', name: 'Sales', members: [], announce: null },
    ofColleague: async () => ({ id: 'sales' }),
  },
  removeQueue: { access: 'admin', id: () => 'sales', ofColleague: async () => ({ id: 'sales' }) },
  queueLive: { access: 'person', id: () => 'sales', ofColleague: async () => ({ id: 'sales' }) },
  queueFigures: { access: 'admin', id: () => 'sales', ofColleague: async () => ({ id: 'sales' }) },
  queueEvents: { access: 'admin', id: () => 'sales', ofColleague: async () => ({ id: 'sales' }) },
  queueAgents: { access: 'person' },
  queueAgentAct: {
    access: 'person',
    body: { does: 'logIn' },
    ofColleague: async ({ colleague }) => ({ body: { does: 'pause', agent: colleague.id } }),
  },
  ...ATTACK_EXAMPLES,
  ...CASE_EXAMPLES,
  ...FLEET_EXAMPLES,
  ...FLEET_WORK_EXAMPLES,
  ...SEARCH_EXAMPLES,
  egress: { access: 'admin' },
  quarantine: { access: 'admin' },
  stopDevices: {
    access: 'admin',
    body: { devices: ['d1'], why: 'A scanner flags it.' },
    ofColleague: async (office) => ({
      body: { devices: [await phoneOf(office)], why: 'A scanner flags it.' },
    }),
  },
  releaseDevices: { access: 'admin', body: { devices: ['d1'], why: 'It was a false alarm.' } },
  askForRemoval: { access: 'admin', body: { devices: ['d1'], why: 'The script was sent.' } },
  agreeToQuarantine: { access: 'admin', id: () => 'r1', ofColleague: async () => ({ id: 'r1' }) },
  withdrawFromQuarantine: { access: 'admin', id: () => 'r1', ofColleague: async () => ({ id: 'r1' }) },
  audit: { access: 'admin', query: '?before=2&limit=10' },
  auditHead: { access: 'admin' },
  exportAudit: { access: 'admin' },
  backups: { access: 'admin' },
  makeBackup: { access: 'admin' },
  changeBackups: { access: 'admin', body: { isOn: true, hour: 3, newest: 7, weeks: 4 } },
  changeBackupKey: { access: 'admin', body: { passphrase: 'correct horse battery staple' } },
  newRecoveryKey: { access: 'admin' },
  configuration: { access: 'admin' },
  checkConfiguration: { access: 'admin', body: { configuration: CONFIGURATION } },
  importConfiguration: { access: 'admin', body: { configuration: CONFIGURATION, expected: 'v1' } },
  recordings: { access: 'person' },
  recordingRules: { access: 'admin' },
  changeRecordingRules: {
    access: 'admin',
    body: { isOn: false, purposes: [], rules: [], objectors: [], supervisors: [] },
  },
  recordingAccesses: { access: 'admin' },
  recordingSound: { access: 'person', id: recordingOf('admin'), ofColleague: recordingOfColleague },
  recordingEvidence: { access: 'person', id: recordingOf('admin'), ofColleague: recordingOfColleague },
  deleteRecording: {
    access: 'admin',
    id: recordingOf('admin'),
    query: '?reason=auf%20Wunsch',
    ofColleague: recordingOfColleague,
  },
  holdRecording: {
    access: 'admin',
    id: recordingOf('admin'),
    body: { reason: 'Rechtsstreit' },
    ofColleague: recordingOfColleague,
  },
  releaseRecording: {
    access: 'admin',
    id: recordingOf('admin'),
    query: '?reason=beendet',
    ofColleague: recordingOfColleague,
  },
  recordCall: {
    access: 'person',
    id: ({ recorded, admin }) => {
      recorded.talks.set('call-1', admin.person.id)
      return 'call-1'
    },
    body: { act: 'begin' },
    ofColleague: async ({ recorded, colleague }) => {
      recorded.talks.set('call-1', colleague.id)
      return { id: 'call-1', body: { act: 'stop' } }
    },
  },
  companyRecords: { access: 'admin' },
  companyRecordsTable: { access: 'admin' },
  companyRecord: { access: 'admin', id: callOf, ofColleague: async (office) => ({ id: callOf(office) }) },
  retention: { access: 'admin' },
  changeRetention: { access: 'admin', body: { keepDays: 90, shortenAfterDays: 30 } },
  holds: { access: 'admin' },
  addHold: { access: 'admin', body: { reason: 'Rechtsstreit', number: '030 123456' } },
  removeHold: { access: 'admin', id: holdOf, ofColleague: async (office) => ({ id: await holdOf(office) }) },
  findPersonal: { access: 'admin', body: { number: '030 123456' } },
  exportPersonal: { access: 'admin', body: { number: '030 123456' } },
  erasePersonal: { access: 'admin', body: { number: '030 123456' } },
  voicemail: { access: 'person' },
  voicemailMessages: {
    access: 'person',
    query: '?box=box-of-admin',
    ofColleague: async () => ({ query: '?box=box-of-colleague' }),
  },
  voicemailSound: {
    access: 'person',
    id: () => 'message-of-admin',
    ofColleague: async () => ({ id: 'message-of-colleague' }),
  },
  markVoicemail: {
    access: 'person',
    id: () => 'message-of-admin',
    body: { isRead: true },
    ofColleague: async () => ({ id: 'message-of-colleague', body: { isRead: true } }),
  },
  removeVoicemail: {
    access: 'person',
    id: () => 'message-of-admin',
    ofColleague: async () => ({ id: 'message-of-colleague' }),
  },
  setVoicemailPin: {
    access: 'person',
    id: () => 'box-of-admin',
    body: { pin: '2580' },
    ofColleague: async () => ({ id: 'box-of-colleague', body: { pin: '2580' } }),
  },
  voicemailBoxes: { access: 'admin' },
  addVoicemailBox: { access: 'admin', body: { ...sharedBox, id: 'service', pin: '2580' } },
  changeVoicemailBox: {
    access: 'admin',
    id: () => 'box-of-colleague',
    body: sharedBox,
    ofColleague: async () => ({ id: 'box-of-colleague', body: sharedBox }),
  },
  removeVoicemailBox: {
    access: 'admin',
    id: () => 'box-of-colleague',
    ofColleague: async () => ({ id: 'box-of-colleague' }),
  },
  ...ROOM_EXAMPLES,
  ...TRUNK_EXAMPLES,
  mail: { access: 'admin' },
  changeMail: {
    access: 'admin',
    body: {
      ...{ host: 'smtp.muster.example', port: 587, security: 'starttls', fromAddress: 'pbx@muster.example' },
      signIn: { how: 'password', user: 'pbx', password: 'geheim' },
    },
  },
  removeMail: { access: 'admin' },
  testMail: { access: 'admin', body: {} },
  phoneSetups: { access: 'person' },
  createPhoneSetup: {
    access: 'person',
    body: { maker: 'snom', name: 'Tisch' },
    ofColleague: async ({ colleague }) => ({ body: { maker: 'snom', person: colleague.id } }),
  },
  closePhoneSetup: {
    access: 'person',
    id: phoneOf,
    ofColleague: async (office) => ({ id: await phoneOf(office) }),
  },
}
