// What the exchange is given, and how a call comes to it.
import type { CallId, LegId, Log, TenantId } from '@rufwerk/core'
import type {
  Caller,
  CallJournal,
  CallView,
  Clock,
  LegEvent,
  LegPort,
  RecorderPort,
  ServicePort,
  SettingsPort,
} from '../ports.ts'
import type { ServiceNode } from '../state.ts'
import type { Routing } from './plans.ts'

export interface ExchangePorts {
  readonly legs: LegPort
  readonly journal: CallJournal
  readonly clock: Clock
  readonly log: Log
  readonly routing: (tenant: TenantId) => Routing | undefined
  readonly newId: () => string
  readonly seed: () => number
  /** Changes what people set by code; without it such a code ends with 501. */
  readonly settings?: SettingsPort
  /** Who performs boxes, queues and rooms; calls that come to another one end with 501. */
  readonly services?: Partial<Readonly<Record<ServiceNode['do'], ServicePort>>>
  /** Without it nothing is recorded. */
  readonly recorder?: RecorderPort
  /** Told at every change of a call, for screens and presence. */
  readonly onView: (view: CallView) => void
  /** A leg's quality, as it is measured during the call. */
  readonly onQuality?: (
    view: CallView,
    role: 'caller' | 'callee',
    event: LegEvent & { type: 'quality' },
  ) => void
}

export interface IncomingLeg {
  readonly leg: LegId
  readonly call: CallId
  readonly caller: Caller
  readonly dialled: string
  /** Where the network sees who calls; absent: nobody knows. */
  readonly address?: string
  /** An answered leg of the same person that this one takes the place of. */
  readonly replaces?: LegId
}
