export { builtIn, CATALOGUE, fileOf, HOLD_MUSIC, readFileName } from './catalogue.ts'
export { sayDigits, sayNumber, sayPosition, sayTime, sayWait } from './say.ts'
export { LANGUAGES, type Language, type PromptText } from './text.ts'
export { NUMBER_MAX } from './words.ts'
