import { AlarmClock } from 'lucide-react'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../api/types'
import { dayAndTime, localInput, snoozeTimes } from '../../lib/snooze-times'
import { millis } from '../../lib/time'
import { useKeys } from '../../lib/use-keys'
import { useNow } from '../../lib/use-now'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { Icon } from '../../ui/icon'
import { IconButton } from '../../ui/icon-button'
import { Menu, MenuItem, MenuLine, MenuTitle } from '../../ui/menu'
import { useOrganise } from './use-organise'

const moments = ['later', 'tomorrow', 'week'] as const

type Props = { conversation: Conversation }

/** Takes a conversation out of the way until a time, or until the customer writes. */
export function SnoozeMenu({ conversation: c }: Props) {
  const { t, i18n } = useTranslation('inbox')
  const now = useNow()
  const { snooze, wake } = useOrganise(c)
  const [open, setOpen] = useState(false)
  const [picking, setPicking] = useState(false)
  useKeys({ s: () => setOpen(true) })
  const times = snoozeTimes(now)
  const until = millis(c.snoozedUntil)
  const asleep = until > now
  const say = (at: number) => dayAndTime(at, i18n.language)
  return (
    <>
      <Menu
        open={open}
        onOpenChange={setOpen}
        trigger={
          <IconButton name={asleep ? t('row.snoozed', { time: say(until) }) : t('snooze.name')} aria-keyshortcuts="s">
            <Icon as={AlarmClock} className={asleep ? 'text-accent-text' : ''} />
          </IconButton>
        }
      >
        <MenuTitle>{t('snooze.until')}</MenuTitle>
        {moments.map((moment) => (
          <MenuItem key={moment} onSelect={() => snooze(times[moment])}>
            <span className="grow">{t(`snooze.${moment}`)}</span>
            <span className="text-2xs text-ink-3">{say(times[moment])}</span>
          </MenuItem>
        ))}
        <MenuItem onSelect={() => setPicking(true)}>{t('snooze.pick')}</MenuItem>
        {asleep && (
          <>
            <MenuLine />
            <MenuItem onSelect={wake}>{t('snooze.wake')}</MenuItem>
          </>
        )}
      </Menu>
      <Dialog title={t('snooze.title')} open={picking} onClose={() => setPicking(false)}>
        <PickTime
          from={times.tomorrow}
          onPick={(at) => {
            setPicking(false)
            snooze(at)
          }}
        />
      </Dialog>
    </>
  )
}

function PickTime({ from, onPick }: { from: number; onPick: (at: number) => void }) {
  const { t } = useTranslation('inbox')
  const [text, setText] = useState(localInput(from))
  const [tried, setTried] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const at = new Date(text).getTime()
    setTried(true)
    if (at > Date.now()) onPick(at)
  }
  return (
    <form onSubmit={submit} className="grid gap-4">
      <Field
        label={t('snooze.time')}
        type="datetime-local"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setTried(false)
        }}
        problem={tried ? t('snooze.past') : undefined}
      />
      <Button kind="primary" type="submit" className="justify-self-end">
        {t('snooze.name')}
      </Button>
    </form>
  )
}
