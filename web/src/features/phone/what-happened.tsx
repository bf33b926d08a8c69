import { Link } from '@tanstack/react-router'
import clsx from 'clsx'
import { useTranslation } from 'react-i18next'
import type { Conversation, Message, Trace } from '../../api/types'
import { AiMark } from '../../ui/ai-mark'
import { buttonLook } from '../../ui/button'
import { useReasons } from './queries'

type Props = { conversation: Conversation | undefined; messages: readonly Message[] | undefined }

/** The other side of the last message: what Parley made of it, step by step. */
export function WhatHappened({ conversation, messages = [] }: Props) {
  const { t } = useTranslation('phone')
  const asked = messages.findLast(({ sender }) => sender === 'customer')
  const after = asked ? messages.filter(({ seq }) => seq > asked.seq) : []
  const answer = after.find(({ sender, kind }) => (sender === 'ai' || sender === 'agent') && kind !== 'note')
  const reasons = useReasons(answer)
  return (
    <section
      aria-label={t('happened.name')}
      className="flex w-86 shrink-0 flex-col gap-4 overflow-y-auto border-s border-line p-4 max-xl:hidden"
    >
      <h2 className="flex gap-4 text-xs">
        <span className="shrink-0 font-semibold">{t('happened.name')}</span>
        {asked && (
          <q dir="auto" className="ms-auto truncate text-ink-3">
            {asked.text}
          </q>
        )}
      </h2>
      {conversation && asked ? (
        <>
          <Steps conversation={conversation} answer={answer} trace={answer?.traced ? reasons.data : undefined} />
          {answer?.traced && (
            <Link
              to="/inbox/$conversationId"
              params={{ conversationId: conversation.id }}
              search={{ why: answer.id }}
              className={clsx(buttonLook(), 'self-start')}
            >
              <AiMark />
              {t('happened.why')}
            </Link>
          )}
        </>
      ) : (
        <p className="text-xs text-ink-3">{t('happened.nothing')}</p>
      )}
    </section>
  )
}

type StepsProps = {
  conversation: Conversation
  answer: Message | undefined
  trace: Trace | undefined
}

function Steps({ conversation, answer, trace }: StepsProps) {
  const { t, i18n } = useTranslation('phone')
  const number = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 })
  const score = new Intl.NumberFormat(i18n.language, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const best = trace?.passages.find(({ used }) => used) ?? trace?.passages[0]
  const passed = trace?.checks.filter((check) => check.passed).length ?? 0
  const there = answer?.status === 'delivered' || answer?.status === 'read'
  const handedOff = conversation.handoff !== null && !trace?.passages.some(({ used }) => used)
  return (
    <ol>
      <Step kind="plain" title={t('happened.in')} about={t('happened.inAbout')} />
      {trace && (
        <Step
          kind="ai"
          title={t('happened.found', { count: trace.passages.length })}
          about={
            best
              ? t('happened.best', { title: best.title, score: score.format(best.score) })
              : t('happened.foundNothing')
          }
        />
      )}
      {trace && (
        <Step
          kind="ai"
          title={handedOff ? t('happened.handedOff') : t('happened.written')}
          about={t('happened.by', {
            model: trace.model || t('happened.builtIn'),
            ms: number.format(trace.timings.totalMs),
          })}
        />
      )}
      {trace && trace.checks.length > 0 && (
        <Step
          kind={passed === trace.checks.length ? 'good' : 'plain'}
          title={t('happened.checks', { count: trace.checks.length, passed })}
          about={t('happened.checksAbout')}
        />
      )}
      {answer?.sender === 'agent' && (
        <Step
          kind="plain"
          title={t('happened.person', { name: answer.authorName })}
          about={t('happened.personAbout')}
        />
      )}
      {answer ? (
        <Step
          kind={there ? 'good' : 'plain'}
          title={t(`station.${answer.status}`, { ns: 'common' })}
          about={there ? t('happened.back') : ''}
        />
      ) : (
        <Step kind="plain" title={t('happened.noAnswer')} about={waitsFor(conversation)} />
      )}
    </ol>
  )

  function waitsFor(c: Conversation): string {
    if (c.answering) return t('happened.answering')
    return c.handler === 'human' ? t('happened.people') : t('happened.soon')
  }
}

const points = {
  plain: 'rounded-full bg-line-control',
  ai: 'rotate-45 rounded-[1px] bg-ai',
  good: 'rounded-full bg-good',
}

type StepProps = { kind: keyof typeof points; title: string; about: string }

function Step({ kind, title, about }: StepProps) {
  return (
    <li className="group relative flex gap-3 pb-4">
      <span
        aria-hidden="true"
        className="absolute start-[3.5px] top-4 -bottom-1.5 w-px bg-line-strong group-last:hidden"
      />
      <span aria-hidden="true" className={clsx('z-1 mt-1.5 size-2 shrink-0', points[kind])} />
      <div className="min-w-0">
        <p className="font-semibold">{title}</p>
        {about && <p className="text-xs wrap-anywhere text-ink-2">{about}</p>}
      </div>
    </li>
  )
}
