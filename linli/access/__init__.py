"""Who works here (岗位与权限): accounts, posts, roles, the Actor, and the gate in front of each page.

A post (岗位) is a role at an area; an account holds posts and acts as one. Reading asks `actor.area_code`, doing
asks `actor.must(permission, within=code)`; a gate on a view is courtesy, these are the law.

roles     roles as plain declarations: lists of permissions
models    Account, Post
actors    the Actor: who is asking, frozen
gates     @gate(permission) in front of a view
opening   open an account, give a post
"""
