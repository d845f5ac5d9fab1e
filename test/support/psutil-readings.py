"""For each line on stdin one line of JSON: what psutil says of this machine, by flat names."""
import json
import sys

import psutil


def flat(prefix, values):
    return {f"{prefix}.{name}": value for name, value in values._asdict().items()}


def reading():
    out = {}
    times = psutil.cpu_times()
    out.update(flat("cpu_times", times))
    out.update(flat("cpu_stats", psutil.cpu_stats()))
    for number, times in enumerate(psutil.cpu_times(percpu=True)):
        out.update(flat(f"cpu_times.{number}", times))
    out["cpu_count.logical"] = psutil.cpu_count()
    out["cpu_count.physical"] = psutil.cpu_count(logical=False)
    out.update(flat("virtual_memory", psutil.virtual_memory()))
    out.update(flat("swap_memory", psutil.swap_memory()))
    for device, counters in psutil.disk_io_counters(perdisk=True, nowrap=False).items():
        out.update(flat(f"disk_io_counters.{device}", counters))
    for mount in psutil.disk_partitions():
        out.update(flat(f"disk_usage.{mount.mountpoint}", psutil.disk_usage(mount.mountpoint)))
    for name, counters in psutil.net_io_counters(pernic=True, nowrap=False).items():
        out.update(flat(f"net_io_counters.{name}", counters))
    for name, stats in psutil.net_if_stats().items():
        out[f"net_if_stats.{name}.isup"] = int(stats.isup)
    for span, value in zip(("1m", "5m", "15m"), psutil.getloadavg()):
        out[f"getloadavg.{span}"] = value
    out["boot_time"] = psutil.boot_time()
    out["pids"] = len(psutil.pids())
    for state in ("ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE",
                  "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"):
        out[f"net_connections.tcp.{state}"] = 0
    for connection in psutil.net_connections("tcp"):
        key = f"net_connections.tcp.{connection.status}"
        out[key] = out.get(key, 0) + 1
    for chip, sensors in psutil.sensors_temperatures().items():
        for index, sensor in enumerate(sensors):
            out[f"sensors_temperatures.{chip}.{sensor.label or index}"] = sensor.current
    for chip, fans in psutil.sensors_fans().items():
        for index, fan in enumerate(fans):
            out[f"sensors_fans.{chip}.{fan.label or index}"] = fan.current
    battery = psutil.sensors_battery()
    if battery is not None:
        out["sensors_battery.percent"] = battery.percent
    return {name: value for name, value in out.items() if isinstance(value, (int, float))}


for _line in sys.stdin:
    print(json.dumps(reading()), flush=True)
