export type { ActInput } from './acts.ts'
export {
  EVIDENCE_KINDS,
  type Evidence,
  type EvidenceKind,
  isEnough,
  VERDICTS,
  type Verdict,
} from './evidence.ts'
export { ANSWER_WITHIN_MS, DECIDE_WITHIN_MS } from './limits.ts'
export {
  type Actor,
  type Case,
  type CaseId,
  type Cases,
  type Clock,
  type Deadline,
  EMPTY_CASES,
  type Entry,
  type Figures,
  figuresOf,
  type Intake,
  isOpen,
  type Origin,
  type Report,
  type Status,
} from './state.ts'
export {
  type CasesInput,
  type CasesOutput,
  type CasesRefusal,
  type CasesStep,
  type IntakeInput,
  step,
} from './step.ts'
export { readCases, writeCases } from './stored.ts'
