// What goes over HTTP in the words of the domain and back, for who reads and writes the same elsewhere.
export { roomSettingsOf } from './routes/services/rooms.ts'
export { boxSettingsOf, boxStateView } from './routes/voicemail/boxes.ts'
