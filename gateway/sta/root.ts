/** The root of the service: its sets, and what of the standard it keeps (18-088, section 9.2.1). */
import { SETS } from './model.ts';

const CONFORMANCE = 'http://www.opengis.net/spec/iot_sensing/1.1/req';
const BY_MQTT = `${CONFORMANCE}/receive-updates-via-mqtt/receive-updates`;

/** `base`: address of the root; `broker`: of the broker, for subscribers; both as the client knows them. */
export const rootOf = (base: string, broker: string) => ({
  value: SETS.map((name) => ({ name, url: `${base}/${name}` })),
  serverSettings: {
    conformance: [
      `${CONFORMANCE}/datamodel`,
      `${CONFORMANCE}/resource-path/resource-path-to-entities`,
      `${CONFORMANCE}/request-data`,
      `${CONFORMANCE}/data-array/data-array`,
      BY_MQTT,
    ],
    [BY_MQTT]: { endpoints: [broker] },
  },
});
