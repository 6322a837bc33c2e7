/** Takes a station, or one parameter of it, out of service. */

import { useSignal } from '@preact/signals';
import { parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { FormEnd } from '../../parts/form-end.tsx';
import { MOST_NOTE } from '../../parts/note-dialog.tsx';
import { stations } from '../../state.ts';
import { useSend } from '../../use-send.ts';
import { putOutOfService } from './calls.ts';
import { MinutesChoice } from './minutes-choice.tsx';

const CHOICES = [60, 240, 480, 1440, 0] as const;

interface ServiceFormProps {
  readonly close: () => void;
  readonly done: () => void;
}

export function ServiceForm({ close, done }: ServiceFormProps) {
  const station = useSignal('');
  const parameter = useSignal('');
  const reason = useSignal('');
  const minutes = useSignal(240);
  const tried = useSignal(false);
  const sending = useSend();
  const order = new Intl.Collator(language.value, { numeric: true });
  const all = [...stations.value.values()].sort((a, b) => order.compare(local(a.name), local(b.name)));
  const chosen = stations.value.get(station.value);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    tried.value = true;
    const why = reason.peek().trim();
    if (station.peek() === '' || why === '') return;
    const worked = await sending.send(() =>
      putOutOfService({
        station: station.peek(),
        reason: why,
        ...(parameter.peek() !== '' && { parameter: parameter.peek() }),
        ...(minutes.peek() > 0 && { minutes: minutes.peek() }),
      }),
    );
    if (worked) done();
  };
  return (
    <Dialog title={t('alerts.service.put')} close={close}>
      <form class="form" onSubmit={submit} noValidate>
        <Field
          label={t('alerts.station')}
          fault={tried.value && station.value === '' ? t('alerts.service.choose') : null}
        >
          {(attributes) => (
            <select
              {...attributes}
              value={station.value}
              onChange={(event) => {
                station.value = event.currentTarget.value;
                parameter.value = '';
              }}
            >
              <option value="">{t('alerts.service.choose')}</option>
              {all.map(({ id, name }) => (
                <option key={id} value={id}>
                  {local(name)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {chosen && (
          <Field label={t('alerts.service.what')}>
            {(attributes) => (
              <select
                {...attributes}
                value={parameter.value}
                onChange={(event) => {
                  parameter.value = event.currentTarget.value;
                }}
              >
                <option value="">{t('alerts.service.whole')}</option>
                {chosen.parameters.map(({ id }) => (
                  <option key={id} value={id}>
                    {parameterName(id, language.value)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <MinutesChoice label={t('alerts.service.for')} minutes={minutes} choices={CHOICES} />
        <Field
          label={t('alerts.reason')}
          hint={t('alerts.reasonHint')}
          fault={tried.value && reason.value.trim() === '' ? t('alerts.reasonMissing') : null}
        >
          {(attributes) => (
            <textarea
              {...attributes}
              rows={2}
              dir="auto"
              maxLength={MOST_NOTE}
              value={reason.value}
              onInput={(event) => {
                reason.value = event.currentTarget.value;
              }}
            />
          )}
        </Field>
        <FormEnd sending={sending} action={t('alerts.service.put')} close={close} />
      </form>
    </Dialog>
  );
}
