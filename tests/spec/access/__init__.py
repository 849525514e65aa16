"""Access 岗位与权限

Who may do what, where. A post (岗位) is a role at an area; an account holds posts and acts as one of them.
"""
