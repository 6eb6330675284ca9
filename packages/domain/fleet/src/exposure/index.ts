export { cell, exposureCsv } from './csv.ts'
export {
  type ChangedState,
  type Counts,
  differenceOf,
  type Exposed,
  type Exposure,
  exposureOf,
  type Reason,
  STATES,
  type State,
  type Unknown,
} from './exposure.ts'
