"""What is agreed to, in the words a library starts with; `{library}` stands for its name.

After the Personal Information Protection Law (个人信息保护法): who keeps what and why, how long,
whom one asks; a child under 14 needs its guardian's own consent (art. 31).
"""

from typing import Final

GUARDIAN_AGE: Final = 14  # under it a guardian agrees (个人信息保护法 art. 31)
MAX_WORDS: Final = 5000

BUILT_IN: Final[dict[str, tuple[str, str]]] = {
    "privacy": (
        (
            "{library}收集您在本表中填写的信息，只用于办理借阅证、借还图书，"
            "以及就您的借阅与您联系。联系方式等信息加密保存，只有本馆工作人员因工作需要才能查看，"
            "不会出售，也不会提供给无关的人。您持有借阅证期间我们保存这些信息；申请未通过或撤回的"
            "，90 天后删除所填内容。您可以随时到服务台查询、更正、复制或删除自己的信息，"
            "也可以撤回同意；撤回后借阅证将停用，撤回前的借阅记录不受影响。"
        ),
        (
            "{library} collects what you enter in this form only to issue your library card, to "
            "lend books to you and to reach you about your loans. Contact details are kept "
            "encrypted; only staff who need them for their work can see them. They are not "
            "sold, and not given to anybody else. We keep them for as long as you have a card; "
            "if an application is refused or withdrawn, what was entered is erased after 90 "
            "days. At the desk you may at any time see, correct, copy or delete your "
            "information, or withdraw this consent; your card then stops, and what was lent "
            "before stays as it is."
        ),
    ),
    "guardian": (
        (
            "我是这名未满 14 周岁儿童的父母或其他监护人。我同意{library}为办理借阅证"
            "、借还图书而收集和使用孩子的姓名、出生日期、学校班级等必要信息，并通过我的手机号与我"
            "联系。孩子的信息加密保存，只用于借阅服务，不用于广告，不向无关的人提供；"
            "归还后的借阅历史默认不保留。我可以随时到服务台查询、更正、删除孩子的信息，"
            "或撤回本同意。"
        ),
        (
            "I am a parent or other guardian of this child, who is under 14. I agree that "
            "{library} collects and uses the child’s name, date of birth, class and whatever "
            "else is needed to issue a library card and lend books, and that it reaches me on "
            "my phone number. The child’s information is kept encrypted and used for lending "
            "only: not for advertising, and not given to anybody else. By default no history is "
            "kept of returned books. At the desk I may at any time see, correct or delete the "
            "child’s information, or withdraw this consent."
        ),
    ),
    "messages": (
        (
            "我愿意收到{library}的活动、新书和读者活动通知。到期提醒、到书通知等借阅消息"
            "不受此项影响。我可以随时在“我的”页面取消。"
        ),
        (
            "I would like to hear from {library} about activities and new books. Messages about "
            "my own loans and reservations come in any case. I can stop this at any time on my "
            "own page."
        ),
    ),
    "history": (
        (
            "我愿意让{library}保留我还过的书的记录，供我自己查看和获得推荐。"
            "我可以随时在“我的”页面取消，并删除已有的记录。"
        ),
        (
            "I would like {library} to keep a record of the books I have returned, for me to "
            "look at and to be recommended others. I can stop this at any time on my own page, "
            "and erase what is there."
        ),
    ),
}
