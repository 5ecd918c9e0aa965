package org.usagestreams.simulation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Implements a client's interface by a class that has the methods which the project calls, under the same names and with the
 * same parameters. Any other method fails.
 */
final class ClientCalls implements InvocationHandler {
    private final Object target;
    private final Map<Method, Method> methods = new HashMap<>();

    private ClientCalls(Object target) {
        this.target = target;
    }

    static <T> T implement(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new ClientCalls(target)));
    }

    @Override
    @SuppressWarnings("PreferredInterfaceType")
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        final Method own = methods.computeIfAbsent(method, this::find);
        if (own == null) {
            throw new UnsupportedOperationException("the simulation has no " + method + Arrays.toString(arguments));
        }
        try {
            return own.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Method find(Method method) {
        try {
            final Method own = target.getClass().getDeclaredMethod(method.getName(), method.getParameterTypes());
            own.setAccessible(true);
            return own;
        } catch (NoSuchMethodException e) {
            if (method.getDeclaringClass() == Object.class) {
                return method;
            }
            return null;
        }
    }
}
