// The HTTP interface of the server, as the pages use it. Shapes come from the contract as types only: the
// server is ours and of the same version, so nothing is checked twice in the browser.
import type {
  ApiError,
  CallDetail,
  CallPage,
  Certificate,
  DeviceChange,
  DeviceCredentials,
  Devices,
  ErrorCode,
  NewDevice,
  NewPerson,
  PasswordChange,
  People,
  Person,
  PersonLink,
  PhoneTicket,
  Session,
  SetupRequest,
  SetupResult,
  SetupState,
  SignIn,
} from '@rufwerk/contract'
import type { FleetExposure } from '@rufwerk/contract/fleet'
import type { OwnPlace } from '@rufwerk/contract/me'
import type { Alarms } from '@rufwerk/contract/operations'
import type { NewPhone, PhoneAccess, PhoneSetups } from '@rufwerk/contract/phones'
import type { PhoneRelay } from '@rufwerk/contract/relay'

/** `offline`: the server did not answer at all. */
export type FailureCode = ErrorCode | 'offline'

export class RequestFailed extends Error {
  override readonly name = 'RequestFailed'
  readonly code: FailureCode
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** Where in the request, such as `admin.password`. */
  readonly field: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: FailureCode, status: number, field?: string, retryAfterSeconds?: number) {
    super(code)
    this.code = code
    this.status = status
    this.field = field
    this.retryAfterSeconds = retryAfterSeconds
  }
}

export function failureOf(error: unknown): FailureCode {
  return error instanceof RequestFailed ? error.code : 'internal'
}

export const BASE = '/api/v1'
/** After this a request counts as unanswered; with a file it takes longer. */
const REQUEST_MS = 15_000
const UPLOAD_MS = 120_000

export async function request<T>(method: string, path: string, body?: unknown): Promise<T> {
  const isFile = body instanceof Blob
  let response: Response
  try {
    response = await fetch(BASE + path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(isFile ? UPLOAD_MS : REQUEST_MS),
      ...(body === undefined
        ? {}
        : {
            headers: { 'content-type': isFile ? 'application/octet-stream' : 'application/json' },
            body: isFile ? body : JSON.stringify(body),
          }),
    })
  } catch {
    throw new RequestFailed('offline', 0)
  }
  if (!response.ok) throw await readFailure(response)
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text === '' ? undefined : JSON.parse(text)) as T
}

async function readFailure(response: Response): Promise<RequestFailed> {
  const retryAfter = Number(response.headers.get('retry-after')) || undefined
  try {
    const { error } = (await response.json()) as ApiError
    return new RequestFailed(error.code, response.status, error.field, retryAfter)
  } catch {
    // A proxy's page, not our server's answer: the server behind it is not there.
    const code = response.status >= 502 && response.status <= 504 ? 'offline' : 'internal'
    return new RequestFailed(code, response.status, undefined, retryAfter)
  }
}

export const api = {
  setupState: () => request<SetupState>('GET', '/setup'),
  setUp: (body: SetupRequest) => request<SetupResult>('POST', '/setup', body),
  session: () => request<Session>('GET', '/session'),
  signIn: (body: SignIn) => request<Session | undefined>('POST', '/session', body),
  signInByLink: (token: string) => request<Session>('POST', '/session/link', { token }),
  signOut: () => request<void>('DELETE', '/session'),
  changePassword: (body: PasswordChange) => request<void>('PUT', '/session/password', body),
  people: () => request<People>('GET', '/people'),
  addPerson: (body: NewPerson) => request<Person>('POST', '/people', body),
  personLink: (person: string) => request<PersonLink>('POST', `/people/${encodeURIComponent(person)}/link`),
  devices: () => request<Devices>('GET', '/devices'),
  addDevice: (body: NewDevice) => request<DeviceCredentials>('POST', '/devices', body),
  changeDevice: (device: string, body: DeviceChange) =>
    request<void>('PUT', `/devices/${encodeURIComponent(device)}`, body),
  phoneSetups: () => request<PhoneSetups>('GET', '/phones'),
  setUpPhone: (body: NewPhone) => request<PhoneAccess>('POST', '/phones', body),
  removeDevice: (device: string) => request<void>('DELETE', `/devices/${encodeURIComponent(device)}`),
  calls: (cursor: string | undefined, limit = 30) =>
    request<CallPage>(
      'GET',
      `/calls?limit=${limit}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    ),
  call: (call: string) => request<CallDetail>('GET', `/calls/${encodeURIComponent(call)}`),
  recordCall: (call: string, act: 'begin' | 'pause' | 'resume' | 'stop') =>
    request<void>('POST', `/calls/${encodeURIComponent(call)}/recording`, { act }),
  certificate: () => request<Certificate>('GET', '/certificate'),
  alarms: () => request<Alarms>('GET', '/alarms'),
  /** The numbers, without the devices. */
  exposureFigures: () => request<FleetExposure>('GET', '/fleet/exposure?state=affected&limit=1'),
  ownPlace: () => request<OwnPlace>('GET', '/me/place'),
  phoneTicket: () => request<PhoneTicket>('POST', '/phone/ticket'),
  phoneRelay: () => request<PhoneRelay>('POST', '/phone/relay'),
}
