export {
  EMPTY_PLAYBOOK,
  type Evidence,
  type Playbook,
  type PlaybookFigures,
  type PlaybookInput,
  type PlaybookRefusal,
  type PlaybookResult,
  type PlaybookStep,
  playbookFigures,
  stepPlaybook,
} from './playbook.ts'
