export {
  INVESTIGATOR_VIEWS,
  type Investigator,
  type InvestigatorProblem,
  type Investigators,
  type InvestigatorsInput,
  type InvestigatorsStep,
  type InvestigatorView,
  investigatorSees,
  investigatorsStep,
  isOver,
  NO_INVESTIGATORS,
  type Seen,
} from './investigators.ts'
export {
  AGREED_WITHIN_MS,
  INVESTIGATORS_MAX,
  INVESTIGATORS_PER_CASE_MAX,
  LASTS_MS_MAX,
} from './limits.ts'
