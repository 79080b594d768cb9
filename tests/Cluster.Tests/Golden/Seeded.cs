using System.Reflection;

namespace MuSc.Cluster.Tests.Golden;

/// <summary>Makes a value of any type of the wire, with something in each of its members; the same from the same seed.</summary>
internal static class Seeded
{
    private const int Elements = 2;
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static object Make(Type type, int seed) => Of(type, new Random(seed))!;

    private static object? Of(Type type, Random random)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Of(inner, random);
        }

        int number = random.Next(1, 200);
        return type switch
        {
            _ when type == typeof(string) => $"text {number}",
            _ when type == typeof(bool) => true,
            _ when type == typeof(DateTimeOffset) => Epoch.AddMinutes(number),
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(number),
            _ when type.IsAssignableTo(typeof(Exception)) && type.Assembly == typeof(Exception).Assembly => null,
            _ when type.IsEnum => Enum.GetValues(type).GetValue(number % Enum.GetValues(type).Length),
            _ when type.IsPrimitive || type == typeof(decimal) => Convert.ChangeType(number, type, System.Globalization.CultureInfo.InvariantCulture),
            _ when type.IsArray => Several(type.GetElementType()!, random),
            _ when type.IsGenericType => Collection(type, random),
            _ => Composed(type, random),
        };
    }

    private static Array Several(Type element, Random random)
    {
        Array several = Array.CreateInstance(element, Elements);
        for (int i = 0; i < Elements; i++)
        {
            several.SetValue(Of(element, random), i);
        }

        return several;
    }

    private static object Collection(Type type, Random random)
    {
        Type[] elements = type.GetGenericArguments();
        if (elements.Length == 1)
        {
            Array several = Several(elements[0], random);
            return type.IsInterface ? several : Activator.CreateInstance(type, several)!;
        }

        type = type.IsInterface ? typeof(Dictionary<,>).MakeGenericType(elements) : type;
        object map = Activator.CreateInstance(type)!;
        type.GetProperty("Item")!.SetValue(map, Of(elements[1], random), [Of(elements[0], random)]);
        return map;
    }

    private static object Composed(Type type, Random random)
    {
        ConstructorInfo? constructor = type.GetConstructors().MaxBy(each => each.GetParameters().Length);
        ParameterInfo[] parameters = constructor?.GetParameters() ?? [];
        object made = constructor is null
            ? Activator.CreateInstance(type)!
            : constructor.Invoke([.. parameters.Select(parameter => Of(parameter.ParameterType, random))]);
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true } && property.DeclaringType == type
                && !parameters.Any(parameter => parameter.Name!.Equals(property.Name, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(property => property.Name, StringComparer.Ordinal))
        {
            property.SetValue(made, Of(property.PropertyType, random));
        }

        return made;
    }
}
