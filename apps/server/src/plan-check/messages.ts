// What the thread that checks dial plans is given: plain values, which are copied. It answers with what it
// found (Examined).
import type { Company } from '@rufwerk/routing/versions'

export interface CheckOrder {
  /** The plan as somebody sent it. */
  readonly json: string
  /** All but which prompts there are: that may change while a plan is checked, and is asked afterwards. */
  readonly company: Omit<Company, 'hasPrompt'>
}
