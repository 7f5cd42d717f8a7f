"""What every client is asked to do: one function a scenario, in the order of the matrix. `cell` is the client on one transport with a
device of its own (cell.py). A scenario passes when it returns; Trouble is why it failed."""

from driver import Trouble

SCENARIOS = []


class Scenario:
    """needs: what a client must be able to do (clients.py says which cannot); broker: which of run's brokers; transports: only these."""

    def __init__(self, function, title, title_zh, needs, broker, transports):
        self.name, self.function, self.title, self.title_zh = function.__name__.replace("_", "-"), function, title, title_zh
        self.needs, self.broker, self.transports = needs, broker, transports


def scenario(title, title_zh, *needs, broker="plain", transports=("tcp", "tls", "ws", "wss")):
    def add(function):
        SCENARIOS.append(Scenario(function, title, title_zh, needs, broker, transports))
        return function
    return add


def check(condition, words):
    if not condition:
        raise Trouble(words)


# Signing in


def sign_in(cell, method):
    device = cell.connect(method=method)
    online = cell.journal("online")
    check(online["transport"] == cell.transport, f"the journal says {online['transport']}")
    check(online["login"] == "secret", f"the journal says login {online['login']}")
    device.leave()
    cell.journal("offline")


@scenario("signs in with hmacmd5", "用 hmacmd5 登录", "hmacmd5")
def hmacmd5(cell):
    sign_in(cell, "hmacmd5")


@scenario("signs in with hmacsha1", "用 hmacsha1 登录", "hmacsha1")
def hmacsha1(cell):
    sign_in(cell, "hmacsha1")


@scenario("signs in with hmacsha256", "用 hmacsha256 登录", "hmacsha256")
def hmacsha256(cell):
    sign_in(cell, "hmacsha256")


@scenario("signs in with iotId and iotToken of the HTTPS authentication", "用 HTTPS 认证得到的 iotId 和 iotToken 登录", "token")
def token(cell):
    iot_id, iot_token = cell.authenticate()
    device = cell.connect(username=iot_id, password=iot_token)
    check(cell.journal("online")["login"] == "iotToken", "the journal does not say iotToken")
    device.leave()


@scenario("is refused with a wrong secret: CONNACK 4", "密钥错误被拒绝：CONNACK 4")
def wrong_secret(cell):
    cell.refused(4, "signature", secret="wrong")


@scenario("is refused with keep-alive 29: CONNACK 2", "Keep Alive 29 被拒绝：CONNACK 2")
def keep_alive_29(cell):
    cell.refused(2, "keep-alive", keepAlive=29)


@scenario("is refused with keep-alive 1201: CONNACK 2", "Keep Alive 1201 被拒绝：CONNACK 2")
def keep_alive_1201(cell):
    cell.refused(2, "keep-alive", keepAlive=1201)


@scenario("does not connect when it does not trust our root", "不信任我们的根证书时不连接", transports=("tls", "wss"))
def untrusted_root(cell):
    device = cell.dial(trusting=False)
    cell.no_connect(device)


@scenario("leaves with DISCONNECT", "以 DISCONNECT 离开", "DISCONNECT")
def disconnects(cell):
    cell.connect().leave()
    reason = cell.journal("offline")["reason"]
    check(reason == "disconnect", f"left with reason {reason}")


# Messages


def up(cell, qos):
    topic = cell.system_topic("rrpc/response/1")  # the one topic whose payload the journal quotes
    device = cell.connect(topic=topic, qos=qos, payload=f"up {qos}")
    device.publish(topic, qos, f"up {qos}")
    device.wait("published")
    check(cell.journal("rrpc")["payload"] == f"up {qos}", "another payload has come")
    device.leave()


@scenario("publishes at QoS 0", "以 QoS 0 发布", "publish", "stays")
def up_qos0(cell):
    up(cell, 0)


@scenario("publishes at QoS 1 and takes the PUBACK", "以 QoS 1 发布并收到 PUBACK", "publish", "stays")
def up_qos1(cell):
    up(cell, 1)


def down(cell, qos):
    device = cell.connect(qos=qos)
    device.subscribe(qos=qos)
    cell.publish_down(f"down {qos}", qos)
    device.wait("message", topic=cell.topic, payload=f"down {qos}", qos=qos)
    cell.settled()
    device.leave()


@scenario("takes the platform's message at QoS 0", "收到平台的 QoS 0 消息", "subscribe", "stays")
def down_qos0(cell):
    down(cell, 0)


@scenario("takes the platform's message at QoS 1 and acknowledges it", "收到并确认平台的 QoS 1 消息", "subscribe", "stays")
def down_qos1(cell):
    down(cell, 1)


def echo(cell, qos):
    device = cell.connect(qos=qos, payload=f"there and back {qos}")
    device.subscribe(qos=qos)
    device.publish(cell.topic, qos, f"there and back {qos}")
    device.wait("published")
    device.wait("message", topic=cell.topic, payload=f"there and back {qos}", qos=qos)
    device.leave()
    check(device.count("message") == 1, f"{device.count('message')} messages came back")


@scenario("gets its own message back at QoS 0", "以 QoS 0 收回自己的消息", "subscribe", "publish")
def own_message_qos0(cell):
    echo(cell, 0)


@scenario("gets its own message back at QoS 1", "以 QoS 1 收回自己的消息", "subscribe", "publish")
def own_message_qos1(cell):
    echo(cell, 1)


@scenario("sends SUBSCRIBE and PUBLISH right behind CONNECT, and is served", "紧随 CONNECT 发送 SUBSCRIBE 和 PUBLISH，并得到处理", "pipeline")
def pipelined(cell):
    device = cell.connect(pipeline=True, payload="early")
    device.wait("message", topic=cell.topic, payload="early")
    device.leave()


# Connections that come and go


@scenario("is sent away when the same device signs in elsewhere", "同一设备在别处登录时被下线", "stays")
def take_over(cell):
    first = cell.connect()
    peer = cell.journal("online")["peer"]
    cell.connect(name="second")
    offline = cell.journal("offline", reason="taken-over", peer=peer)
    check(offline["newPeer"] != peer, "taken over by itself")
    first.wait("disconnected")


def comes_back(cell, device, reason):
    """It notices, dials again by itself, and still hears."""
    cell.journal("offline", reason=reason)
    device.wait("disconnected")
    device.wait("connected", count=2)
    cell.journal("online", count=2)
    if "subscribe" not in cell.client.cannot:
        cell.hears(device, "after")
    device.leave()


@scenario("comes back after the platform kicked it, and still hears", "被平台踢下线后重连，仍能收到消息", "stays")
def kicked(cell):
    device = cell.connect()
    cell.listens(device)
    cell.kick()
    comes_back(cell, device, "kicked")


@scenario("comes back after a TCP reset in the place of a message, and still hears", "收消息时遭 TCP 复位后重连，仍能收到消息", "subscribe", "stays")
def reset(cell):
    device = cell.connect()
    cell.listens(device)
    cell.fault("reset", "PUBLISH")
    cell.publish_down("lost", 0)
    comes_back(cell, device, "fault")


@scenario("comes back after its heartbeat ran out (the platform's clock is moved)", "心跳超时（拨动平台时钟）后重连，仍能收到消息", "stays", broker="manual")
def timed_out(cell):
    device = cell.connect()
    cell.listens(device)
    cell.fall_silent(device)
    comes_back(cell, device, "keepalive-timeout")


@scenario("finds its session: subscription and waiting message", "会话保持：订阅和等待的消息都在", "clean session 0", "subscribe", "stays")
def session_kept(cell):
    device = cell.connect(clean=False, qos=1)
    device.subscribe(qos=1)
    device.leave()
    cell.journal("offline", reason="disconnect")
    cell.publish_down("kept", 1)
    again = cell.connect(name="again", clean=False, qos=1)
    check(cell.journal("online", count=2)["sessionPresent"], "session present is 0")
    check(again.wait("connected")["sessionPresent"] in (True, None), "the client was told session present 0")
    again.wait("message", payload="kept", qos=1)
    cell.settled()
    again.leave()


@scenario("holds a keep-alive of 5 s for three pings of its own", "以自己的三次心跳维持 5 秒的 Keep Alive", "stays", broker="short")
def keep_alive_held(cell):
    device = cell.connect(keepAlive=5)
    cell.fault("delay", "PINGRESP", ms=1, times=3)  # each strike is a line in the journal
    cell.journal("fault", packet="PINGRESP", count=3)
    cell.still_online()
    device.leave()


# While faults are on


def sends_again(cell, strike):
    """It gets no PUBACK, its connection ends, it comes back and sends the message again; then it is complete."""
    topic = cell.system_topic("rrpc/response/1")
    device = cell.connect(clean="clean session 0" in cell.client.cannot, topic=topic, qos=1)
    cell.fault(strike, "PUBACK")
    device.publish(topic, 1, "twice")
    cell.journal("fault", packet="PUBACK")
    if strike == "withhold":
        check(device.count("published") == 0, "complete without a PUBACK")
        cell.kick()
    cell.journal("rrpc", count=2)
    device.wait("published")
    check([e["payload"] for e in cell.journal_all("rrpc")] == ["twice", "twice"], "the message did not come twice")
    flagged = len(cell.journal_all("resent", topic=topic))
    check(flagged == (0 if "DUP" in cell.client.cannot else 1), f"{flagged} resends carried DUP")
    device.leave()


@scenario("a withheld PUBACK: sends the message again when it is back", "PUBACK 被扣留：重连后重发消息", "publish", "stays")
def puback_withheld(cell):
    sends_again(cell, "withhold")


@scenario("a reset in the place of a PUBACK: the same", "PUBACK 处遭复位：同样重发", "publish", "stays")
def puback_reset(cell):
    sends_again(cell, "reset")


@scenario("what it sends again carries DUP, and the journal says so", "重发的消息带 DUP，日志有记录", "publish", "stays", "DUP")
def resent_dup(cell):
    sends_again(cell, "reset")
    check(cell.journal("resent")["packetId"] > 0, "no packet identifier")


@scenario("its PUBACK is lost: takes the message again, with DUP, and acknowledges it", "它的 PUBACK 丢失：再次收到带 DUP 的消息并确认", "clean session 0", "subscribe", "stays")
def puback_lost(cell):
    device = cell.connect(clean=False, qos=1)
    device.subscribe(qos=1)
    cell.fault("withhold", "PUBACK", direction="in")
    cell.publish_down("twice", 1)
    device.wait("message", payload="twice", qos=1)
    cell.journal("fault", packet="PUBACK")
    cell.kick()
    again = device.wait("message", count=2, payload="twice", qos=1)
    check(again["dup"] in (True, None), "the second one came without DUP")
    cell.settled()
    device.leave()


@scenario("a CONNACK that comes 1.5 s late: waits for it, and is served", "CONNACK 迟到 1.5 秒：等待并正常工作")
def connack_delayed(cell):
    cell.fault("delay", "CONNACK", ms=1500)
    device = cell.connect()
    strike, online = cell.journal("fault", packet="CONNACK"), cell.journal("online")
    check(strike["peer"] == online["peer"] and len(cell.journal_all("online")) == 1, "it dialled again meanwhile")
    if "stays" not in cell.client.cannot:
        cell.listens(device)
    device.leave()


# What clients.py says they cannot do, seen: each of these runs in the place of the cell, and must pass for its reason to be true


def misdeclares(cell):
    """It declares the method and signs with SHA-1: refused, and the explanation says so."""
    cell.refused(4, "signature", method=cell.scenario.name)
    explained = cell.journal("refused")["explanation"]["refusals"][0]
    check(explained["mistakes"] == ["method-mismatch"] and "hmacsha1" in explained["text"]["en"], f"the explanation is {explained}")


def no_disconnect(cell):
    cell.connect().leave()
    reason = cell.journal("offline")["reason"]
    check(reason != "disconnect", "it sends DISCONNECT now")


# The HTTPS side by itself


def authenticates(cell, method):
    iot_id, iot_token = cell.authenticate(method=method)
    check(0 < len(iot_id) <= 64 and 0 < len(iot_token) <= 65, "longer than old SDKs' buffers")
    check(cell.journal("auth")["code"] == 200, "the journal does not say code 200")


@scenario("authenticates with hmacmd5", "用 hmacmd5 认证", transports=("https",))
def auth_hmacmd5(cell):
    authenticates(cell, "hmacmd5")


@scenario("authenticates with hmacsha1", "用 hmacsha1 认证", transports=("https",))
def auth_hmacsha1(cell):
    authenticates(cell, "hmacsha1")


@scenario("is told code 401 with a wrong secret", "密钥错误时得到 code 401", transports=("https",))
def auth_wrong_secret(cell):
    answer = cell.authentication(secret="wrong")
    check(answer["code"] == 401 and "data" not in answer, f"answered {answer['code']}")


@scenario("does not ask when it does not trust our root", "不信任我们的根证书时不请求", transports=("https",))
def auth_untrusted_root(cell):
    try:
        cell.authentication(ca=cell.drivers.other_ca)
    except Trouble as trouble:
        check("certificate problem" in str(trouble), str(trouble))
        check(not cell.journal_all("auth"), "it was answered")
    else:
        check(False, "it was answered")
