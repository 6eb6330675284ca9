export { emergencyCoverage, isEmergency } from './emergency.ts'
export { placeOfAddress } from './place.ts'
