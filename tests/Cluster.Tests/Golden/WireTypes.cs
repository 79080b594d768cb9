using System.Reflection;
using MuSc.Grains;
using MuSc.Grains.Messages;

namespace MuSc.Cluster.Tests.Golden;

/// <summary>Everything that silos and clients of different versions send each other or read from a store, as today's build has it.</summary>
internal static class WireTypes
{
    private static readonly Assembly[] Assemblies = [typeof(IJobGrain).Assembly, typeof(DeliveryMessage).Assembly];

    private static readonly Type[] Types = [.. Assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true)];

    /// <summary>Types with a serializer of their own.</summary>
    public static IReadOnlyList<Type> Serialized { get; } = [.. Types.Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)];

    /// <summary>Types that know nothing of Orleans and travel through a converter.</summary>
    public static IReadOnlyList<Type> Converted { get; } = [.. Types
        .Where(type => type.GetCustomAttribute<RegisterConverterAttribute>() is not null)
        .SelectMany(type => type.GetInterfaces().Where(each => each.IsGenericType && each.GetGenericTypeDefinition() == typeof(IConverter<,>)))
        .Select(each => each.GetGenericArguments()[0])];

    /// <summary>Both, by the names of their files.</summary>
    public static IReadOnlyDictionary<string, Type> All { get; } = Serialized.Concat(Converted).ToDictionary(NameOf, type => type, StringComparer.Ordinal);

    /// <summary>States of grains that are stored.</summary>
    public static IReadOnlyList<Type> Stored { get; } = [.. Types.SelectMany(type => type.GetConstructors())
        .SelectMany(constructor => constructor.GetParameters())
        .Where(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>() is not null)
        .Select(parameter => parameter.ParameterType.GetGenericArguments()[0])];

    /// <summary>Interfaces of grains.</summary>
    public static IReadOnlyList<Type> Grains { get; } = [.. Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))];

    /// <summary>Each call: its name on the wire, what it returns, what it takes. Arguments may be added behind the others.</summary>
    public static IReadOnlyList<string> Calls { get; } = [.. Grains
        .SelectMany(type => type.GetMethods().Select(method =>
            $"{NameOf(type)}.{method.GetCustomAttribute<AliasAttribute>()?.Alias} -> {Text(method.ReturnType)}: "
            + string.Concat(method.GetParameters().Where(each => each.ParameterType != typeof(CancellationToken)).Select(each => $"{Text(each.ParameterType)}; "))))
        .Select(call => call.TrimEnd())
        .Order(StringComparer.Ordinal)];

    private static string NameOf(Type type) => type.GetCustomAttribute<AliasAttribute>()?.Alias ?? type.FullName!;

    private static string Text(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Text))}>"
        : type.Name;
}
