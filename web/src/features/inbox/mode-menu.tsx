import { ChevronDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Conversation, Mode } from '../../api/types'
import { useProblemWords } from '../../api/use-problem-words'
import { useMay } from '../../api/use-session'
import { AiMark } from '../../ui/ai-mark'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icon'
import { Menu, MenuChoice } from '../../ui/menu'
import { useToast } from '../../ui/use-toast'
import { useAct } from './queries'

const modes = ['auto', 'suggest', 'off'] as const

type Props = { conversation: Conversation }

/** Whether the AI may act in a conversation: answer, only suggest, or stay out. */
export function ModeMenu({ conversation: c }: Props) {
  const { t } = useTranslation('inbox')
  const words = useProblemWords()
  const toast = useToast()
  const may = useMay('conversations:reply')
  const act = useAct(c.id)
  const change = (mode: Mode) => act.mutate(mode, { onError: (error) => toast({ text: words(error), failed: true }) })
  return (
    <Menu
      trigger={
        <Button size="small" disabled={!may} aria-label={t('mode.label', { mode: t(`mode.${c.mode}.name`) })}>
          <AiMark className={c.mode === 'off' ? 'text-ink-3' : 'text-ai'} />
          <span className="max-sm:hidden">{t(`mode.${c.mode}.name`)}</span>
          <Icon as={ChevronDown} size={14} />
        </Button>
      }
    >
      <MenuChoice<Mode>
        name={t('mode.name')}
        value={c.mode}
        options={modes.map((value) => ({ value, name: t(`mode.${value}.name`), about: t(`mode.${value}.about`) }))}
        onChange={change}
      />
    </Menu>
  )
}
